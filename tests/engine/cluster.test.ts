import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Access, parseAccess } from "../../src/cli/access.ts";
import type { RawConfig } from "../../src/config/configReader.ts";
import { type Ground, startGround } from "../cluster/support/ground.ts";
import { kubectl } from "../cluster/support/kubectl.ts";
import { isReady, podsIn } from "../cluster/support/pods.ts";
import { prodNamespace, replicasOf } from "../cluster/support/prodValues.ts";
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
    let seed = 6;
    let changes: RawConfig = {};

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
            hasIssuer: true,
            values: {
                protectQueues: "false",
                tlsIssuer: "own",
                // Small: tests/cluster tries what more replicas promise.
                serviceReplicas: JSON.stringify(replicasOf(1)),
            },
            report,
        });
        const { client, server, folder } = ground.cluster;
        await storeAll(client, grantedObjects);
        engine = await engineStack(stack, "kubernetes");
        const file = join(folder, "deployer.kubeconfig");
        await writeFile(file, kubeconfig(server, await client.tokenOf(deployer)), { mode: 0o600 });
        const authority = join(folder, "issuer.pem");
        await writeFile(authority, ground.issuer?.authority ?? "");
        engine.setVariables({
            KUBECONFIG: file,
            SSL_CERT_FILE: authority,
            NODE_EXTRA_CA_CERTS: authority,
        });
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

    /** Reads the stack's outputs, and expects the given number of ready pods and a verdict for every e-mail. */
    async function expectVerdicts(pods: number): Promise<void> {
        const shown = await running().engine.pulumi("stack", "output", "--json", "--show-secrets");
        access = parseAccess(JSON.parse(shown.output));
        const { cluster, entrances, sink } = running().ground;
        expect((await podsIn(cluster, prodNamespace)).filter(isReady)).toHaveLength(pods);
        seed += 1;
        const traffic = await Traffic.create({
            entrances,
            token: access.tokens?.[mailRelay] ?? "",
            deliveries: sink.deliveries,
            seed,
        });
        const outcome = await traffic.during(2, () => sleep(5_000));
        expect(outcome.lost).toEqual([]);
        expect(outcome.accepted.length).toBe(outcome.sent);
    }

    it("brings the stack up in one run, and the first e-mail gets its verdict", async () => {
        const { code, output } = await running().engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        await expectVerdicts(11);
    });

    it("plans no change in a second preview, nor in one that looks at the real resources", async () => {
        await expectNoChanges(running().engine);
    });

    it("keeps no secret in clear, neither in its state nor in what a preview prints", async () => {
        await expectNoSecret(running().engine, access);
    });

    it("changes the number of replicas and the delay of retries in place", async () => {
        const serviceReplicas = JSON.stringify(
            replicasOf(1).map((each) => each.replace(/^analyzer\.links=.*/, "analyzer.links=2")),
        );
        changes = { serviceReplicas, retryDelay: "7 seconds" };
        await write(changes);
        const { code, output } = await running().engine.pulumi("up", "--yes", "--skip-preview");
        expect(code, output).toBe(0);
        expect(output).not.toMatch(/replaced|deleted/);
        const { cluster } = running().ground;
        expect((await podsIn(cluster, prodNamespace)).filter(isReady)).toHaveLength(12);
    });

    it.each(["ClusterIssuer/internal", "own"])(
        "changes in one run to a certificate of %s, which nodes, services and the program use",
        async (tlsIssuer) => {
            await write({ ...changes, tlsIssuer });
            const { code, output } = await running().engine.pulumi("up", "--yes", "--skip-preview");
            expect(code, output).toBe(0);
            await expectVerdicts(12);
            const second = await running().engine.pulumi("preview", "--expect-no-changes");
            expect(second.code, second.output).toBe(0);
        },
    );

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

    it("continues after a run that was killed while the nodes started", async () => {
        const { engine: current, ground: started } = running();
        const { client } = started.cluster;
        await current.kill(
            async () => (await client.list("rabbitmq.com/v1beta1", "RabbitmqCluster")).length > 0,
            process.execPath,
            "scripts/run.mjs",
            "up",
            stack,
        );
        const { code, output } = await current.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        expect(output).toMatch(/^continuing with .*RabbitmqCluster "rabbitmq"/m);
        await expectVerdicts(12);
        await expectNoChanges(current);
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
});
