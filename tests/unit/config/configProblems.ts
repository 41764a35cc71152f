import { ConfigError } from "../../../src/config/configError.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";

/** The problems of a stack's values; empty if they are valid. */
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
