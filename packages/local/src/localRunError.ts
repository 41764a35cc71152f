import { UserError } from "@spot-messaging/topology";

/** A failed local run, with one sentence for each problem. Everything that it created is removed. */
export class LocalRunError extends UserError {
    override readonly name = "LocalRunError";
    /** Sorted, without duplicates. */
    readonly problems: readonly string[];
    /** True if the user pressed Ctrl-C; there is no error then. */
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
