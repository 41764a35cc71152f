import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrokerVersion, brokerVersions, UsageError } from "@spot-messaging/topology";
import { type Baseline, parseBaseline } from "@spot-messaging/topology/check";
import { z } from "zod";

/** The configuration of a policy (`--policy-pack-config`), besides its enforcement level. */
export interface PolicySettings {
    /** @default - the newest known version */
    readonly brokerVersion: BrokerVersion | undefined;
    /** @default - no accepted findings */
    readonly baseline: Baseline | undefined;
}

const schema = z.object({
    brokerVersion: z.enum(brokerVersions).optional(),
    baseline: z.string().optional(),
});

const folder = fileURLToPath(new URL("..", import.meta.url));
const ownBaseline = "../../topology/baseline.yaml";

/**
 * Reads a policy's configuration. The default of `brokerVersion` is the stack's value, then the newest known version.
 * @param stackVersion the stack's `brokerVersion`, if it is set
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

/** @param file relative to the folder of this pack. @default - the baseline of this repository, if it exists */
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
