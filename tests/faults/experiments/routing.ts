import { expect } from "vitest";
import { claimExperiment } from "../support/claimed.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { type Probe, readStream, withProbe } from "../support/probe.ts";
import type { Site } from "../support/site.ts";

/** Where messages arrive. */
export function routingExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "routes",
        "a message with a routing key reaches the queues that the topology names, and no other",
        async (site, vhost, claims) => {
            const since = Math.floor(Date.now() / 1_000);
            const expected = new Map<string, readonly string[]>();
            await withProbe(site, vhost, async (probe) => {
                await Promise.all(
                    claims.map(async ({ exchange, routingKey, headers, queues }, index) => {
                        const id = `route-${vhost}-${index}`;
                        expected.set(id, queues);
                        expect(await probe.publish(exchange, routingKey, id, { headers })).toBe("confirmed");
                    }),
                );
                const found = await arrivals(site, vhost, probe, since);
                for (const [id, queues] of expected) {
                    expect([id, found.get(id)]).toEqual([id, [...queues].sort()]);
                }
            });
        },
    );
    claimExperiment(
        about,
        "handlesUnroutable",
        "a message that no binding matches is returned to its publisher, or arrives in the alternate exchange's queue",
        async (site, vhost, claims) => {
            await withProbe(site, vhost, async ({ publish, drain }) => {
                for (const [index, { exchange, routingKey, queues }] of claims.entries()) {
                    const id = `unroutable-${index}`;
                    const answer = await publish(exchange, routingKey, id);
                    expect([exchange, answer]).toEqual([
                        exchange,
                        queues.length === 0 ? "returned" : "confirmed",
                    ]);
                    for (const queue of queues) {
                        expect(await drain(queue)).toEqual([id]);
                    }
                }
            });
        },
    );
}

/** The queues that have each id. Queues whose messages expire are read first. */
async function arrivals(
    site: Site,
    vhost: string,
    probe: Probe,
    since: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
    const expiring = new Set(
        site.claims.claims.flatMap((claim) => (claim.kind === "expires" ? [claim.queue] : [])),
    );
    const queues = site.topology.queues
        .filter((queue) => queue.vhost === vhost)
        .sort((one, other) => Number(expiring.has(other.name)) - Number(expiring.has(one.name)));
    const found = new Map<string, string[]>();
    const record = (ids: readonly string[], queue: string): void => {
        for (const id of ids) {
            found.set(id, [...(found.get(id) ?? []), queue].sort());
        }
    };
    for (const { name } of queues.filter(({ type }) => type !== "stream")) {
        record(await probe.drain(name), name);
    }
    await Promise.all(
        queues
            .filter(({ type }) => type === "stream")
            .map(async ({ name }) => {
                record(await readStream(site, vhost, name, since), name);
            }),
    );
    return found;
}
