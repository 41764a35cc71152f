import { type ComparedStack, importedTopology, type ReportProblem } from "@spot-messaging/topology/review";

/** How a change reaches the broker. A provider makes the broker equal to the head; an import of definitions only adds and updates. */
export type Application = "provider" | "import";

/** How many ignored changes are listed. */
const maxShown = 20;

/** The stack as the broker is after the change is applied. What an import ignores becomes notes. */
export function appliedStack(stack: ComparedStack, via: Application): ComparedStack {
    const { before, after } = stack;
    if (via === "provider" || before === undefined || after === undefined) {
        return stack;
    }
    const { topology, ignored } = importedTopology(before, after);
    const note = (text: string): ReportProblem => ({ kind: "note", text: `stack "${stack.stack}": ${text}` });
    const rest = ignored.length - maxShown;
    return {
        ...stack,
        // An import knows no logical names.
        components: {},
        after: topology,
        problems: [
            ...stack.problems,
            ...ignored
                .slice(0, maxShown)
                .map(({ object: { kind, vhost, name }, text }) =>
                    note(
                        `an import leaves ${kind} "${name}"${vhost === "" ? "" : ` in vhost "${vhost}"`} as it is: it ${text}`,
                    ),
                ),
            ...(rest > 0 ? [note(`an import ignores ${rest} more changes`)] : []),
        ],
    };
}
