/** See npm.mjs. */
export function npmCommand(): { readonly program: string; readonly before: readonly string[] };
