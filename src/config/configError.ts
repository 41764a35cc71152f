import { UsageError } from "@spot-messaging/topology";

/** All problems of a stack's configuration. */
export class ConfigError extends UsageError {
    override readonly name = "ConfigError";
    readonly problems: readonly string[];

    constructor(stack: string, problems: readonly string[]) {
        const sorted = [...problems].sort();
        super(`Pulumi.${stack}.yaml cannot be used:\n${sorted.map((each) => `- ${each}`).join("\n")}`);
        this.problems = sorted;
    }
}
