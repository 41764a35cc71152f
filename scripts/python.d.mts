/** See python.mjs. */
export function preparePython(root: string, report: (message: string) => void): Promise<string>;
