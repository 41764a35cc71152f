import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
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

const defaultBaseline = "topology/baseline.yaml";

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

/** @param file from the folder of the program. @default - `topology/baseline.yaml`, where there is one */
function readBaseline(file: string | undefined): Baseline | undefined {
    const name = file ?? defaultBaseline;
    try {
        return parseBaseline(readFileSync(resolve(programFolder(), name), "utf8"), name);
    } catch (error) {
        if (!(error instanceof Error && "code" in error)) {
            throw error;
        }
        if (file === undefined && error.code === "ENOENT") {
            return undefined;
        }
        throw new UsageError(
            `baseline "${name}" cannot be read (${String(error.code)}); name it from the folder of Pulumi.yaml`,
        );
    }
}

/**
 * The folder of the program that is checked. Pulumi does not give it to a policy pack, which it starts in the folder of the pack; but the pack
 * inherits the working folder that the shell of the command `pulumi` has set, which is the program's or one below it.
 */
function programFolder(): string {
    const start = process.env["PWD"] ?? process.cwd();
    for (let folder = start; ; folder = dirname(folder)) {
        if (existsSync(join(folder, "Pulumi.yaml"))) {
            return folder;
        }
        if (folder === dirname(folder)) {
            return start;
        }
    }
}
