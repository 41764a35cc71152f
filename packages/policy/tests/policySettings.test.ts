import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { policySettings } from "../src/policySettings.ts";

const accepted = (rule: string): string =>
    `accepted:\n  - rule: ${rule}\n    place: 'vhost "shop"'\n    reason: agreed with operations\n`;

let folder = "";

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "policy-"));
    await mkdir(join(folder, "topology"));
    await mkdir(join(folder, "src"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});

afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
});

/** The rule of the one finding that is accepted when the command `pulumi` is started in a folder. */
function acceptedRule(start: string, config: object): string | undefined {
    vi.stubEnv("PWD", start);
    return policySettings(config, undefined).baseline?.acceptances[0]?.rule;
}

describe("the baseline of an installed pack", () => {
    it.each([".", "src"])("is that of the program when pulumi is started in %s", async (start) => {
        await writeFile(join(folder, "topology", "baseline.yaml"), accepted("unboundedQueue"));
        expect(acceptedRule(join(folder, start), {})).toBe("unboundedQueue");
    });

    it.each([".", "src"])(
        "is named from the folder of the program when pulumi is started in %s",
        async (start) => {
            await writeFile(join(folder, "agreed.yaml"), accepted("unroutedPublication"));
            expect(acceptedRule(join(folder, start), { baseline: "agreed.yaml" })).toBe(
                "unroutedPublication",
            );
        },
    );

    it("is left out where the program has none", () => {
        expect(acceptedRule(folder, {})).toBeUndefined();
    });

    it("must be there where it is named", () => {
        expect(() => acceptedRule(folder, { baseline: "../missing.yaml" })).toThrow(
            'baseline "../missing.yaml" cannot be read (ENOENT); write its path relative to the folder of Pulumi.yaml',
        );
    });
});
