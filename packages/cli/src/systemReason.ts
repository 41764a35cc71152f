/** Why the system refused something, such as `ENOENT`; of an error that is not the system's, its text. */
export function systemReason(error: unknown): string {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
