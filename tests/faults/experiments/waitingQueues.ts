import { expect } from "vitest";
import { claimExperiment } from "../support/claimed.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { nodeAt } from "../support/leaders.ts";
import { withProbe } from "../support/probe.ts";
import type { Site } from "../support/site.ts";

/** Queues that are on one node. */
export function waitingQueueExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "waitsForNode",
        "a queue on one node is unavailable while its node is down, and returns with its persistent messages",
        async (site, vhost, claims, note) => {
            for (const { queue, type } of claims) {
                const [persistent, transient] = [`persistent-${queue}`, `transient-${queue}`];
                await withProbe(site, vhost, async ({ publish }) => {
                    expect(await publish("", queue, persistent)).toBe("confirmed");
                    expect(await publish("", queue, transient, { persistent: false })).toBe("confirmed");
                });
                const node = await homeOf(site, vhost, queue);
                const other = site.cluster.nodes.find((each) => each !== node) ?? node;
                await node.kill();
                const connection = await site.cluster.connect(other, vhost);
                const channel = await connection.createChannel();
                channel.on("error", () => undefined);
                await expect(channel.checkQueue(queue)).rejects.toThrow(/404|541|down|timeout/iu);
                await connection.close().catch(() => undefined);
                await node.start();
                await site.cluster.whole();
                const left = await withProbe(site, vhost, ({ drain }) => drain(queue));
                expect(left).toContain(persistent);
                note(
                    `${type} queue ${queue}: a transient message is ${left.includes(transient) ? "kept" : "lost"}`,
                );
            }
        },
    );
}

async function homeOf(site: Site, vhost: string, name: string) {
    const api = await site.cluster.api();
    const { node } = (await api.get(["queues", vhost, name])) as { readonly node: string }; // where it or its leader is
    return site.cluster.nodes.find((each) => each.name === node) ?? nodeAt(site, 0);
}
