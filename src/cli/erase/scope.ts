import { parseDuration, UsageError } from "@spot-messaging/topology";

/** What is erased: one analysis, or everything about e-mails that were submitted before a time. Exactly one is set. */
export type Scope = { readonly id: string } | { readonly before: Date };

/**
 * The scope that the options name.
 * @param now - milliseconds since 1970
 * @throws UsageError
 */
export function parseScope(
    options: { readonly id?: string; readonly olderThan?: string },
    now: number,
): Scope {
    const { id, olderThan } = options;
    if ((id === undefined) === (olderThan === undefined)) {
        throw new UsageError(
            'give either --id with the id of an analysis, or --older-than with an age such as "30 days"',
        );
    }
    if (id !== undefined) {
        if (!/^[\x21-\x7e]{1,100}$/.test(id)) {
            throw new UsageError(
                `--id "${id}" is not the id of an analysis; write the id that the gateway answered`,
            );
        }
        return { id };
    }
    const age = parseDuration((olderThan ?? "").replace(/^(\d+)\s*d$/, "$1 days"));
    if (age === undefined || age <= 0) {
        throw new UsageError(`--older-than "${olderThan ?? ""}" is not an age; write for example "30 days"`);
    }
    return { before: new Date(now - age) };
}

/** The scope at the end of a sentence. */
export function nameScope(scope: Scope): string {
    return "id" in scope ? `analysis "${scope.id}"` : `e-mails from before ${scope.before.toISOString()}`;
}
