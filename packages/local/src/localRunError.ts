import { UserError } from "@spot-messaging/topology";

/** A local run that did not come to its end: one sentence a problem, everything it had made removed again. */
export class LocalRunError extends UserError {
    override readonly name = "LocalRunError";
    /** Sorted, without duplicates. */
    readonly problems: readonly string[];
    /** The user's Ctrl-C, rather than something wrong. */
    readonly interrupted: boolean;

    constructor(
        problems: readonly string[],
        { interrupted = false, cause }: { interrupted?: boolean; cause?: unknown } = {},
    ) {
        const sorted = [...new Set(problems)].sort();
        super(sorted.length === 1 ? sorted.join() : sorted.map((problem) => `- ${problem}`).join("\n"), {
            cause,
        });
        this.problems = sorted;
        this.interrupted = interrupted;
    }
}
