import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Access, parseAccess } from "../../src/cli/access.ts";
import type { RawConfig } from "../../src/config/configReader.ts";
import { type Ground, startGround } from "../cluster/support/ground.ts";
import { kubectl } from "../cluster/support/kubectl.ts";
import { isReady, podsIn } from "../cluster/support/pods.ts";
import { prodNamespace } from "../cluster/support/prodValues.ts";
import { mailRelay } from "../cluster/support/site.ts";
import { Traffic } from "../cluster/support/traffic.ts";
import { requestsOf, usedRights } from "../kube/support/auditLog.ts";
import { storeAll } from "../kube/support/declaredObjects.ts";
import { kubeconfig } from "../kube/support/kubeconfig.ts";
import { deployer, deployerUser, grantedObjects, rightsOf } from "../kube/support/rights.ts";
import { type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { expectNoChanges, expectNoSecret } from "./support/expectations.ts";
import { stackValues } from "./support/stackValues.ts";

const stack = "enginecluster";

/** The real engine brings the prod stack up on a real cluster, as the deploying identity. What the pods then promise is tried in tests/cluster. */
describe.skipIf(!found)("the real engine on a real Kubernetes cluster", () => {
    let ground: Ground | undefined;
    let engine: EngineStack | undefined;
    let access: Access;

    function running(): { readonly ground: Ground; readonly engine: EngineStack } {
        if (ground === undefined || engine === undefined) {
            throw new Error("the cluster did not start");
        }
        return { ground, engine };
    }

    beforeAll(async () => {
        const report = (message: string): void => {
            process.stderr.write(`${stack}: ${message}\n`);
        };
        ground = await startGround({
            nodes: 3,
            operators: ["rabbitmq"],
            values: { protectQueues: "false" },
            report,
        });
        const { client, server, folder } = ground.cluster;
        await storeAll(client, grantedObjects);
        engine = await engineStack(stack, "kubernetes");
        const file = join(folder, "deployer.kubeconfig");
        await writeFile(file, kubeconfig(server, await client.tokenOf(deployer)), { mode: 0o600 });
        engine.setVariables({ KUBECONFIG: file });
        await write({});
    }, 1_800_000);

    afterAll(async () => {
        await engine?.remove();
        await ground?.stop();
    });

    async function write(changes: RawConfig): Promise<void> {
        const current = running();
        await current.engine.write(await stackValues({ ...current.ground.values, ...changes }));
    }

    it("brings the stack up in one run, and the first e-mail gets its verdict", async () => {
        const { code, output } = await running().engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        const shown = await running().engine.pulumi("stack", "output", "--json", "--show-secrets");
        access = parseAccess(JSON.parse(shown.output));
        const { cluster, entrances, sink } = running().ground;
        expect((await podsIn(cluster, prodNamespace)).filter(isReady)).toHaveLength(19);
        const traffic = await Traffic.create({
            entrances,
            token: access.tokens?.[mailRelay] ?? "",
            deliveries: sink.deliveries,
            seed: 7,
        });
        const outcome = await traffic.during(2, () => new Promise((resolve) => setTimeout(resolve, 5_000)));
        expect(outcome.lost).toEqual([]);
        expect(outcome.accepted.length).toBe(outcome.sent);
    });

    it("plans no change in a second preview, nor in one that looks at the real resources", async () => {
        await expectNoChanges(running().engine);
    });

    it("keeps no secret in clear, neither in its state nor in what a preview prints", async () => {
        await expectNoSecret(running().engine, access);
    });

    it("changes the number of replicas and the delay of retries in place", async () => {
        const replicas = JSON.parse(running().ground.values["serviceReplicas"] ?? "[]") as string[]; // a list of texts
        const serviceReplicas = JSON.stringify(
            replicas.map((each) => (each.startsWith("analyzer.links=") ? "analyzer.links=3" : each)),
        );
        await write({ serviceReplicas, retryDelay: "7 seconds" });
        const { code, output } = await running().engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        expect(output).not.toMatch(/replaced|deleted/);
        const { cluster } = running().ground;
        expect((await podsIn(cluster, prodNamespace)).filter(isReady)).toHaveLength(20);
    });

    it("uses no right that deploy/rbac.yaml does not grant", () => {
        const requests = requestsOf(running().ground.cluster.server.auditLog, deployerUser);
        const granted = new Set(rightsOf(grantedObjects));
        expect(usedRights(requests).filter((each) => !granted.has(each))).toEqual([]);
        const refused = requests.filter(({ code }) => code === 403);
        // The engine continues without the events of all namespaces.
        expect([...new Set(refused.map(({ verb, resource }) => `${verb} ${resource}`))].sort()).toEqual([
            "list events",
            "watch events",
        ]);
    });

    it("removes everything but the namespace and the claims of the broker", async () => {
        const { code, output } = await running().engine.pulumi("destroy", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        const { cluster } = running().ground;
        const left = z
            .object({ items: z.array(z.looseObject({ kind: z.string() })) })
            .parse(
                JSON.parse(
                    await kubectl(cluster, [
                        ...["get", "-n", prodNamespace, "-o", "json"],
                        "pods,deployments,statefulsets,jobs,services,networkpolicies,poddisruptionbudgets,ingresses",
                    ]),
                ),
            );
        expect(left.items.map(({ kind }) => kind)).toEqual([]);
    });
});
