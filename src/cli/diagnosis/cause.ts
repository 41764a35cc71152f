/** Why something does not become ready. */
export interface Cause {
    /** What kind of object has the problem: `pod`. */
    readonly kind: string;
    readonly names: readonly string[];
    readonly problem: string;
    readonly wayOut: string;
}

/** A problem with its way out, before it is known how many objects have it. */
export type Problem = Pick<Cause, "problem" | "wayOut">;

/** One cause for all objects of a kind that have the same problem, in the order of the first of each. */
export function mergeCauses(causes: readonly Cause[]): readonly Cause[] {
    const merged = new Map<string, Cause>();
    for (const cause of causes) {
        const key = JSON.stringify([cause.kind, cause.problem, cause.wayOut]);
        const names = [...(merged.get(key)?.names ?? []), ...cause.names];
        merged.set(key, { ...cause, names: [...new Set(names)].sort() });
    }
    return [...merged.values()];
}

const mostNames = 3;

/** All causes as a list with a title; empty if there are none. */
export function renderCauses(causes: readonly Cause[]): string {
    const lines = causes.map((each) => `- ${renderCause(each)}`);
    return causes.length === 0 ? "" : ["Not ready on Kubernetes:", ...lines].join("\n");
}

/** `pods "gateway-1", "gateway-2": image "x" cannot be pulled; push it` */
function renderCause({ kind, names, problem, wayOut }: Cause): string {
    const shown = names.slice(0, mostNames).map((name) => `"${name}"`);
    const more = names.length - shown.length;
    const all = more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
    return `${kind}${names.length > 1 ? "s" : ""} ${all}: ${problem}; ${wayOut}`;
}
