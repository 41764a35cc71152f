import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
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

const defaultBaseline = "topology/baseline.yaml";

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

/** @param file relative to the program's folder. @default - `topology/baseline.yaml`, if it exists */
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
            `baseline "${name}" cannot be read (${String(error.code)}); write its path relative to the folder of Pulumi.yaml`,
        );
    }
}

/**
 * The folder of the program. Pulumi starts a policy pack in the pack's own folder, but the pack inherits `PWD` from the shell that ran `pulumi`:
 * the program's folder or one below it.
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
