import { UsageError } from "../model/userError.ts";

/** All problems of a declaration, sorted. */
export class DeclarationError extends UsageError {
    override readonly name = "DeclarationError";
    readonly problems: readonly string[];

    constructor(problems: readonly string[]) {
        const sorted = [...new Set(problems)].sort();
        super(
            sorted.length === 1
                ? sorted.join("")
                : `the declaration has ${sorted.length} problems:\n${sorted.map((each) => `- ${each}`).join("\n")}`,
        );
        this.problems = sorted;
    }
}
