import { ConfigError } from "../../../src/config/configError.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";

/** The problems that are told of a stack's values; none where they are fine. */
export function problemsOf(stack: string, raw: RawConfig): readonly string[] {
    try {
        parseEnvironment(stack, raw);
        return [];
    } catch (error) {
        if (error instanceof ConfigError) {
            return error.problems;
        }
        throw error;
    }
}
