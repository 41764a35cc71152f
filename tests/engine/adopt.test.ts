import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { canonical } from "../../packages/topology/src/definitions/definitions.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../../src/cli/pulumiCli.ts";
import { freePort } from "../support/ports.ts";
import { type Ended, found } from "./support/engineStack.ts";
import { exportedDefinitions } from "./support/exportedDefinitions.ts";
import { type PlainBroker, startPlainBroker } from "./support/plainBroker.ts";

/** It proves the import into Pulumi's state, on one node of one version; not that messages survive, since no step writes to the broker. */
describe.skipIf(!found)("a program that topology adopt writes, in the real engine,", () => {
    let broker: PlainBroker;
    let api: ManagementApi;
    let folder: string;
    let program: string;

    function pulumi(...args: readonly string[]): Promise<Ended> {
        return new Promise((resolve) => {
            execFile(
                findPulumi().command,
                [...args, "--non-interactive"],
                {
                    cwd: program,
                    env: {
                        ...pulumiEnvironment("docker"),
                        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
                    },
                    maxBuffer: 100_000_000,
                },
                (error, stdout, stderr) => {
                    const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
                    resolve({ code, output: `${stdout}\n${stderr}` });
                },
            );
        });
    }

    beforeAll(async () => {
        // What the program imports is what npm ships.
        await promisify(execFile)(process.execPath, ["scripts/build.mjs"], { cwd: projectRoot });
        folder = await mkdtemp(join(tmpdir(), "adopted-"));
        program = join(folder, "shop");
        await mkdir(join(folder, "state"));
        broker = await startPlainBroker(
            await connectContainerEngine(() => undefined),
            "spot-messaging-adopt",
            await freePort(),
        );
        api = managementApi(broker);
        await api.post(["definitions"], exportedDefinitions);
    }, 600_000);

    afterAll(async () => {
        await broker.remove();
        await rm(folder, { recursive: true, force: true });
    });

    it("imports every object, and its first preview is empty, also after a comparison with the broker", {
        timeout: 600_000,
    }, async () => {
        const before = canonical(await api.definitions());
        const url = broker.endpoint.replace("//", `//${broker.username}@`);
        const adopted = await topology(
            ["adopt", "--broker", url, "--out", program, "--allow-left-out", "--json"],
            {
                env: { TOPOLOGY_BROKER_PASSWORD: broker.password },
            },
        );
        expect(adopted.errors).toBe("");
        const { imported, leftOut } = JSON.parse(adopted.output) as { imported: number; leftOut: unknown[] }; // its own format
        expect(leftOut.length).toBeGreaterThan(0);
        expect(imported).toBeGreaterThanOrEqual(200);
        await symlink(join(projectRoot, "node_modules"), join(program, "node_modules"));
        for (const command of [
            ["stack", "init", "dev"],
            ["config", "set", "rabbitmq:endpoint", broker.endpoint],
            ["config", "set", "rabbitmq:username", broker.username],
            ["config", "set", "--secret", "rabbitmq:password", broker.password],
            ["import", "--file", "import.json", "--generate-code=false", "--yes", "--skip-preview"],
        ]) {
            const { code, output } = await pulumi(...command);
            expect(code, output).toBe(0);
            if (command[0] === "import") {
                // The objects and the component.
                expect(output).toContain(`= ${imported + 1} imported`);
                expect(output).not.toContain("failed to validate");
            }
        }
        const preview = await pulumi("preview", "--expect-no-changes");
        expect(preview.code, preview.output).toBe(0);
        expect(preview.output).toContain(`${imported + 2} unchanged`);
        const up = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
        expect(up.code, up.output).toBe(0);
        const compared = await pulumi("preview", "--refresh", "--expect-no-changes");
        expect(compared.code, compared.output).toBe(0);
        expect(canonical(await api.definitions())).toEqual(before);
        // Removing a queue from the program removes it from the broker: the imported objects are managed.
        const file = join(program, "topology/shop.ts");
        const text = await readFile(file, "utf8");
        const live = 'transient("live", { from: "amq.topic", key: "" })';
        expect(text).toContain(live);
        await writeFile(file, text.replace(live, ""));
        const removed = await pulumi("up", "--yes", "--skip-preview");
        expect(removed.code, removed.output).toBe(0);
        expect(removed.output).toContain("- 3 deleted");
    });
});
