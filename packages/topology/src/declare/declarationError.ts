import { UsageError } from "../model/userError.ts";

/** Everything that is wrong with a declaration, in sentences, in a fixed order. */
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
