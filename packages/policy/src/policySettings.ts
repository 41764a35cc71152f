import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrokerVersion, brokerVersions, UsageError } from "@spot-messaging/topology";
import { type Baseline, parseBaseline } from "@spot-messaging/topology/check";
import { z } from "zod";

/** What a policy's own configuration may say (`--policy-pack-config`), besides how it is enforced. */
export interface PolicySettings {
    /** @default - the newest that is known */
    readonly brokerVersion: BrokerVersion | undefined;
    /** @default - nothing is accepted */
    readonly baseline: Baseline | undefined;
}

const schema = z.object({
    brokerVersion: z.enum(brokerVersions).optional(),
    baseline: z.string().optional(),
});

const folder = fileURLToPath(new URL("..", import.meta.url));
const ownBaseline = "../../topology/baseline.yaml";

/**
 * Reads a policy's configuration; what it leaves out, the stack's own says, and then the newest broker is judged for.
 * @param stackVersion the stack's `brokerVersion`, if it has such a value
 * @throws UsageError
 */
export function policySettings(config: unknown, stackVersion: string | undefined): PolicySettings {
    const { data, error } = schema.safeParse(config);
    if (data === undefined) {
        const problems = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
        throw new UsageError(
            `policy configuration: ${problems.join("; ")}; correct it in the file of --policy-pack-config`,
        );
    }
    const { brokerVersion, baseline } = data;
    return {
        brokerVersion: brokerVersion ?? brokerVersions.find((each) => each === stackVersion),
        baseline: readBaseline(baseline),
    };
}

/** @param file from the folder of this pack. @default - that of this repository, where there is one */
function readBaseline(file: string | undefined): Baseline | undefined {
    const name = file ?? ownBaseline;
    try {
        return parseBaseline(readFileSync(resolve(folder, name), "utf8"), name);
    } catch (error) {
        if (!(error instanceof Error && "code" in error)) {
            throw error;
        }
        if (file === undefined && error.code === "ENOENT") {
            return undefined;
        }
        throw new UsageError(`baseline "${name}" cannot be read (${String(error.code)}); check the path`);
    }
}
