import { UsageError } from "@spot-messaging/topology";

/** Everything that is wrong with a stack's configuration, in one error. */
export class ConfigError extends UsageError {
    override readonly name = "ConfigError";
    readonly problems: readonly string[];

    constructor(stack: string, problems: readonly string[]) {
        const sorted = [...problems].sort();
        super(`Pulumi.${stack}.yaml cannot be used:\n${sorted.map((each) => `- ${each}`).join("\n")}`);
        this.problems = sorted;
    }
}
