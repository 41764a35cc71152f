import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import { databaseName } from "../../../src/services/kubernetes/databaseCluster.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { experiment } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, type Pod, podsIn } from "../support/pods.ts";
import { type ChangedValues, prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { storageClass } from "../support/storage.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "The stack's own database";

/** The values of a site for these experiments. */
export const databaseValues: ChangedValues = {
    database: "cluster",
    databaseUrl: undefined,
    databasePeers: undefined,
    databaseConnections: undefined,
    databaseInstances: "3",
    databaseStorageClass: storageClass,
    databaseStorageSize: "5 GiB",
};

const name = databaseName;

const shape = z.looseObject({
    status: z.looseObject({
        phase: z.string(),
        readyInstances: z.number().default(0),
        currentPrimary: z.string(),
        targetPrimary: z.string(),
    }),
});

async function databaseStatus({ cluster }: Site): Promise<z.infer<typeof shape>["status"]> {
    const object: KubernetesObject = {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name, namespace: prodNamespace },
    };
    return shape.parse(await cluster.client.read(object)).status;
}

async function instances({ cluster }: Site): Promise<readonly Pod[]> {
    return (await podsIn(cluster, prodNamespace)).filter(
        ({ metadata }) => metadata.labels["cnpg.io/cluster"] === name,
    );
}

/** Waits for another primary and for all instances. @returns the seconds until each */
async function newPrimary(site: Site, earlier: string): Promise<{ primary: number; all: number }> {
    const begun = performance.now();
    const seconds = (): number => Math.round((performance.now() - begun) / 1_000);
    await expect
        .poll(async () => (await databaseStatus(site)).currentPrimary, { timeout: 300_000, interval: 1_000 })
        .not.toBe(earlier);
    const primary = seconds();
    await expect
        .poll(
            async () => {
                const { readyInstances, phase } = await databaseStatus(site);
                return `${readyInstances} ${phase}`;
            },
            { timeout: 400_000, interval: 2_000 },
        )
        .toBe("3 Cluster in healthy state");
    return { primary, all: seconds() };
}

/** For a site with {@link databaseValues}. */
export function databaseExperiments(site: () => Site): void {
    experiment(
        group,
        "CloudNativePG runs three instances in different zones, and the migration prepares schemas and roles",
        async (note) => {
            expect((await databaseStatus(site())).phase).toBe("Cluster in healthy state");
            const pods = (await instances(site())).filter(isReady);
            expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(3);
            const roles = await site().query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'prod_%'");
            expect(roles.trim().split("\n").sort()).toEqual([
                "prod_analyzer_orchestrator_1",
                "prod_gateway_1",
                "prod_notifier_1",
                "prod_result_processor_1",
            ]);
            expect((await site().query("SHOW synchronous_standby_names")).trim()).toMatch(/^ANY 1 /);
            const outcome = await site().traffic.during(1, async () => {
                await sleep(10_000);
            });
            expectNothingLost(outcome, note);
            expect(outcome.accepted.length).toBe(outcome.sent);
        },
    );

    experiment(group, "a switchover to another instance loses no e-mail", async (note) => {
        const { cluster, traffic } = site();
        const { currentPrimary } = await databaseStatus(site());
        const other = (await instances(site()))
            .map(({ metadata }) => metadata.name)
            .find((each) => each !== currentPrimary);
        const outcome = await traffic.during(1, async () => {
            await sleep(5_000);
            // What `kubectl cnpg promote` writes.
            const status = {
                targetPrimary: other,
                targetPrimaryTimestamp: new Date().toISOString().replace("Z", "000Z"),
                phase: "Switchover in progress",
                phaseReason: `Switching over to ${other ?? ""}`,
            };
            await kubectl(cluster, [
                ...["patch", "clusters.postgresql.cnpg.io", name, "-n", prodNamespace],
                ...["--subresource=status", "--type=merge", "-p", JSON.stringify({ status })],
            ]);
            const { primary, all } = await newPrimary(site(), currentPrimary);
            note(`new primary after ${primary} s, all instances healthy after ${all} s`);
        });
        expect((await databaseStatus(site())).currentPrimary).toBe(other);
        expectNothingLost(outcome, note);
    });

    experiment(group, "a primary that stops without warning costs no confirmed e-mail", async (note) => {
        const { cluster, traffic } = site();
        const { currentPrimary } = await databaseStatus(site());
        const outcome = await traffic.during(1, async () => {
            await sleep(5_000);
            await kubectl(cluster, [
                ...["delete", "pod", "-n", prodNamespace, currentPrimary, "--grace-period=0", "--force"],
            ]);
            const { primary, all } = await newPrimary(site(), currentPrimary);
            note(`new primary after ${primary} s, all instances healthy after ${all} s`);
        });
        expectNothingLost(outcome, note);
    });
}
