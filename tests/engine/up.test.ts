import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectContainerEngine } from "@spot-messaging/local/images";
import type { Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import {
    type Definitions,
    fromExport,
    toDefinitions,
} from "../../packages/topology/src/definitions/definitions.ts";
import type { EnginePreview } from "../../packages/topology/src/review/engine/enginePreview.ts";
import { review } from "../../packages/topology/src/review/report/review.ts";
import { type Access, brokerOf, parseAccess } from "../../src/cli/access.ts";
import { readStackConfig } from "../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { eventually } from "../broker/support/eventually.ts";
import { startStack } from "../broker/support/stack.ts";
import { freeStackPorts, portValues, type StackPorts } from "../broker/support/stackPorts.ts";
import { found as existing } from "../unit/found.ts";
import { type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { expectNoChanges, expectNoSecret } from "./support/expectations.ts";

const stack = "enginetest";

/** What the command says that has to do with the preview. */
interface ReviewedPreview extends EnginePreview {
    readonly problems: readonly object[];
    readonly exitCode: number;
}

describe.skipIf(!found)("the real engine", () => {
    let engine: EngineStack;
    let access: Access;
    let ports: StackPorts;
    let docker: Docker;

    async function writeStack(extra: Readonly<Record<string, string>> = {}): Promise<void> {
        await engine.write({ ...portValues(ports), ...extra });
    }

    beforeAll(async () => {
        engine = await engineStack(stack, "docker");
        docker = await connectContainerEngine(() => undefined);
        ports = await freeStackPorts();
        await writeStack();
    });

    afterAll(async () => {
        await engine.pulumi("destroy", "--yes", "--skip-preview");
        await engine.remove();
    });

    async function topologyWith(values: Readonly<Record<string, string>>): Promise<Topology> {
        return buildTopology(parseEnvironment(stack, { ...(await readStackConfig(stack)), ...values }));
    }

    async function definitions(of: Access): Promise<Definitions> {
        return fromExport(await brokerOf(of).definitions(), "spot", [of.administrator.username]);
    }

    /** The report of `topology review` for a saved preview. */
    async function reviewed(before: Topology, after: Topology, preview: string): Promise<ReviewedPreview> {
        const folder = await mkdtemp(join(tmpdir(), "spot-review-"));
        const files = {
            base: { path: join(folder, "base.json"), text: writeSnapshot(before, stack) },
            head: { path: join(folder, "head.json"), text: writeSnapshot(after, stack) },
            preview: { path: join(folder, "preview"), text: preview },
        };
        await Promise.all(Object.values(files).map(({ path, text }) => writeFile(path, text)));
        const args = Object.entries(files).flatMap(([option, { path }]) => [`--${option}`, path]);
        const { output } = await topology(["review", ...args, "--json"]);
        await rm(folder, { recursive: true, force: true });
        const { engine: engines, ...rest } = JSON.parse(output) as ReviewedPreview & {
            engine: readonly EnginePreview[];
        }; // what the command wrote
        return { ...rest, ...existing(engines[0], "the report on the engine's preview") };
    }

    /** The names of the networks and of the containers of this stack, each as often as it exists. */
    async function objectNames(): Promise<readonly string[]> {
        const [containers, networks] = await Promise.all([
            docker.listContainers({ all: true }),
            docker.listNetworks(),
        ]);
        const names = [
            ...containers.flatMap(({ Names }) => Names),
            ...networks.map(({ Name }) => `/${Name}`),
        ];
        return names.filter((name) => name.startsWith(`/spot-messaging-${stack}-`));
    }

    it("creates after a killed run what that run began, and refuses to while the run is alive", async () => {
        const killed = engine.start(process.execPath, "scripts/run.mjs", "up", stack);
        await eventually(
            "the first container of a service",
            async () => ((await objectNames()).some((name) => name.endsWith("gateway-0")) ? true : undefined),
            300_000,
        );
        const locked = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(locked.code).not.toBe(0);
        expect(locked.output).toContain("pulumi cancel");
        process.kill(-(killed.pid ?? 0), "SIGKILL");
        const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        expect(output).toContain("removing the lock of a killed run");
        expect(output).toContain(
            `removing container "spot-messaging-${stack}-gateway-0" of an interrupted run`,
        );
        const names = await objectNames();
        expect(names).toHaveLength(new Set(names).size);
    });

    it("brings the stack up without a question", async () => {
        const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        const shown = await engine.pulumi("stack", "output", "--json", "--show-secrets");
        access = parseAccess(JSON.parse(shown.output));
        expect(access.gatewayUrl).toBe(`http://127.0.0.1:${ports.gatewayPort}`);
    });

    it("plans no change in a second preview, nor in one that looks at the real resources", async () => {
        await expectNoChanges(engine);
    });

    it("keeps no secret in clear, neither in its state nor in what a preview prints", async () => {
        await expectNoSecret(engine, access);
    });

    it("updates a policy in place and replaces no queue when a waiting time changes", async () => {
        await writeStack({ retryDelay: "7 seconds" });
        const { code, output } = await engine.pulumi("preview", "--json");
        expect(code, output).toBe(0);
        const { steps } = JSON.parse(output) as { steps: { op: string; urn: string }[] };
        const changed = steps.filter(({ op }) => op !== "same");
        const byType = changed.map(({ op, urn }) => `${op} ${urn.split("::")[2]?.split("$").at(-1) ?? ""}`);
        expect([...new Set(byType)]).toEqual(["update rabbitmq:index/policy:Policy"]);
        await writeStack();
    });

    it.each<[string, Readonly<Record<string, string>>]>([
        ["digest", {}],
        ["events", { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1" }],
    ])("previews, as %s, the same changes as a review, object by object", async (format, variables) => {
        const edit = { retryDelay: "7 seconds", analyzers: '["headers", "content", "attachments"]' };
        const [before, after] = await Promise.all([topologyWith({}), topologyWith(edit)]);
        const { changes, verdict } = review(stack, before, after);
        await writeStack(edit);
        engine.setVariables(variables);
        const { code, output } = await engine.pulumi("preview", "--json");
        engine.setVariables({ PULUMI_ENABLE_STREAMING_JSON_PREVIEW: undefined });
        await writeStack();
        expect(code, output).toBe(0);
        const reported = await reviewed(before, after, output);
        const ofProgram = ["service", "retry", "broker"];
        expect({
            format: reported.format,
            agreed: reported.agreed,
            problems: reported.problems,
            exitCode: reported.exitCode,
        }).toEqual({
            format,
            agreed: changes.filter(({ object }) => !ofProgram.includes(object.kind)).length,
            problems: [],
            exitCode: verdict.needsApproval ? 1 : 0,
        });
        const docker = reported.others.find(({ provider }) => provider === "docker");
        const volume = "is deleted with its data";
        expect(
            docker?.noteworthy
                .filter(({ operation }) => operation === "delete")
                .map(({ resource, text }) => [resource, text]),
        ).toEqual([
            ['Container "services-analyzer.links-0"', "is deleted and stops what runs in it"],
            ['Volume "services-analyzer.links-data"', volume],
            ['Volume "services-files-analyzer.links"', volume],
        ]);
        const secrets = [access.administrator.password, ...Object.values(access.passwords)];
        expect(secrets.filter((secret) => JSON.stringify(reported).includes(secret))).toEqual([]);
    });

    it("answers a bad stack file with sentences, not with a stack trace", async () => {
        await writeStack({ retryDelay: "5 bananas", nodes: "2" });
        const { code, output } = await engine.pulumi("preview");
        expect(code).not.toBe(0);
        expect(output).toContain('key "spot-messaging:nodes" has the value 2');
        expect(output).toContain('key "spot-messaging:retryDelay" has the value "5 bananas"');
        expect(output).not.toMatch(/^\s+at /m);
        await writeStack();
    });

    it("changes all passwords without refusing anybody, and plans nothing more", async () => {
        const api = brokerOf(access);
        const refused = async (): Promise<number> => {
            const [node] = await api.nodes();
            const counts = (await api.get(["auth", "attempts", node?.name ?? ""])) as {
                auth_attempts_failed: number;
            }[]; // the documented shape
            return counts.reduce((sum, each) => sum + each.auth_attempts_failed, 0);
        };
        const before = await refused();
        for (const generation of ["2", "3"]) {
            const edit = { credentialsGeneration: generation };
            await writeStack(edit);
            const { code, output } = await engine.pulumi("up", "--yes", "--skip-preview");
            expect(code, output).toBe(0);
            expect(await definitions(access)).toEqual(toDefinitions(await topologyWith(edit)));
        }
        expect(await refused()).toBe(before);
        const again = await engine.pulumi("preview", "--expect-no-changes");
        expect(again.code, again.output).toBe(0);
        const health = await fetch(`http://127.0.0.1:${ports.gatewayPort}/healthz`);
        expect(await health.json()).toEqual({ healthy: true });
        // Back again, since the next test compares with the first generation.
        await writeStack();
        const back = await engine.pulumi("up", "--yes", "--skip-preview");
        expect(back.code, back.output).toBe(0);
    });

    it("declares the same on the broker as a local run", async () => {
        const byEngine = await definitions(access);
        const destroyed = await engine.pulumi("destroy", "--yes", "--skip-preview");
        expect(destroyed.code, destroyed.output).toBe(0);
        const local = await startStack("enginelocal", "4.3");
        try {
            const byLocalRun = await definitions(local.access);
            // The dev stack's own retry delay differs from the default that the engine's stack has.
            expect({ ...byEngine, policies: byEngine.policies.map(({ name }) => name) }).toEqual({
                ...byLocalRun,
                policies: byLocalRun.policies.map(({ name }) => name),
            });
            expect(byLocalRun).toEqual(toDefinitions(local.topology));
        } finally {
            await local.remove();
        }
    });
});
