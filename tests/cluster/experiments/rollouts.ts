import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { experiment, type Note } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { isReady, type Pod, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import type { Outcome } from "../support/traffic.ts";

const group = "Rollouts";

/** Expects that nothing confirmed was lost, and notes the figures. */
export function expectNothingLost(outcome: Outcome, note: Note): void {
    note(
        `${outcome.accepted.length} of ${outcome.sent} e-mails confirmed, ${outcome.lost.length} lost, longest time without a confirmation ${outcome.longestGap} s`,
    );
    expect(outcome.lost).toEqual([]);
    expect(outcome.duplicates).toEqual([]);
    expect(outcome.accepted.length).toBeGreaterThan(0);
}

async function pods(site: Site, name: string): Promise<readonly Pod[]> {
    return (await podsIn(site.cluster, prodNamespace)).filter(
        ({ metadata }) => metadata.labels["app.kubernetes.io/name"] === name,
    );
}

export function rolloutExperiments(site: () => Site): void {
    experiment(group, "a rolling update of every service under load loses no e-mail", async (note) => {
        const { cluster, traffic } = site();
        const names = (await kubectl(cluster, ["get", "deployments", "-n", prodNamespace, "-o", "name"]))
            .split("\n")
            .filter((name) => name !== "");
        expect(names).toHaveLength(8);
        const outcome = await traffic.during(2, async () => {
            await sleep(5_000);
            await kubectl(cluster, ["rollout", "restart", "-n", prodNamespace, ...names]);
            for (const name of names) {
                await kubectl(cluster, ["rollout", "status", "-n", prodNamespace, name, "--timeout=400s"]);
            }
        });
        expectNothingLost(outcome, note);
    });

    experiment(
        group,
        "a release whose services cannot start is held back by the probes, and the earlier one works on",
        async (note) => {
            const { cluster, traffic } = site();
            const service = "deployment/analyzer-links";
            const before = (await pods(site(), "analyzer-links")).filter(isReady);
            const outcome = await traffic.during(2, async () => {
                // The program does not know this service, and ends immediately, as a broken image does.
                await kubectl(cluster, [
                    ...["patch", "-n", prodNamespace, service, "--type=json", "-p"],
                    '[{"op": "replace", "path": "/spec/template/spec/containers/0/args", "value": ["broken"]}]',
                ]);
                await sleep(45_000);
                const after = (await pods(site(), "analyzer-links")).filter(isReady);
                expect(after.map(({ metadata }) => metadata.name).sort()).toEqual(
                    before.map(({ metadata }) => metadata.name).sort(),
                );
                const begun = performance.now();
                await kubectl(cluster, ["rollout", "undo", "-n", prodNamespace, service]);
                await kubectl(cluster, ["rollout", "status", "-n", prodNamespace, service, "--timeout=300s"]);
                note(`back after ${Math.round((performance.now() - begun) / 1_000)} s`);
            });
            expectNothingLost(outcome, note);
        },
    );

    experiment(group, "the same values again change and restart nothing", async () => {
        const { stack, values, cluster } = site();
        // A pod of the experiment before may still be stopping.
        const state = async (): Promise<readonly string[]> =>
            (await podsIn(cluster, prodNamespace))
                .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
                .map(({ metadata }) => metadata.uid)
                .sort();
        const before = await state();
        await stack.up(values);
        expect(await state()).toEqual(before);
    });
}
