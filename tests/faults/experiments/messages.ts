import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { eventually } from "../../broker/support/eventually.ts";
import { allEnded } from "../support/allEnded.ts";
import { claimExperiment } from "../support/claimed.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { seconds } from "../support/faultTrial.ts";
import { nodeAt } from "../support/leaders.ts";
import { type Probe, withProbe } from "../support/probe.ts";
import type { Site } from "../support/site.ts";
import { smallLength, withSmallQueues } from "../support/smallQueues.ts";

/** A longer TTL is not awaited: the message gets an expiration of its own, which the broker treats as it does the queue's. */
const awaitedTtl = 5_000;
const shortTtl = "2000";
const withinMs = 60_000;

/** What becomes of messages that no consumer processes. */
export function deadLetterExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "deadLettersRejected",
        "a message that a consumer rejects arrives in the dead-letter queue, or is removed where there is none",
        async (site, vhost, claims) => {
            const arrivals = new Arrivals();
            await allEnded(
                claims.map(({ queue, to }) =>
                    withProbe(site, vhost, async (probe) => {
                        const id = `rejected-${queue}`;
                        expect(await probe.publish("", queue, id)).toBe("confirmed");
                        probe.channel.reject(await probe.take(queue), false);
                        await arrivals.await(probe, to, id);
                        await isDeleted(probe, queue);
                    }),
                ),
            );
        },
    );
    claimExperiment(
        about,
        "limitsDeliveries",
        "a message that is returned more often than the delivery limit arrives in the dead-letter queue, or is removed where there is none",
        async (site, vhost, claims) => {
            const arrivals = new Arrivals();
            await allEnded(
                claims
                    // The limit is reached before a consumer can return so many.
                    .filter(({ limit }) => limit <= 20)
                    .map(({ queue, limit, to }) =>
                        withProbe(site, vhost, async (probe) => {
                            const id = `returned-${queue}`;
                            expect(await probe.publish("", queue, id)).toBe("confirmed");
                            for (let delivery = 0; delivery <= limit; delivery++) {
                                probe.channel.nack(await probe.take(queue), false, true);
                            }
                            await arrivals.await(probe, to, id);
                            await isDeleted(probe, queue);
                        }),
                    ),
            );
        },
    );
    claimExperiment(
        about,
        "expires",
        "a message that waits longer than the TTL is removed within 1 second, and arrives in the dead-letter queue if there is one",
        async (site, vhost, claims, note) => {
            const arrivals = new Arrivals();
            await allEnded(
                claims.map(({ queue, milliseconds, to }) =>
                    withProbe(site, vhost, async (probe) => {
                        const isLong = milliseconds > awaitedTtl;
                        const id = `expired-${queue}`;
                        const options = isLong ? { expiration: shortTtl } : {};
                        expect(await probe.publish("", queue, id, options)).toBe("confirmed");
                        const begun = Date.now();
                        await isDeleted(probe, queue);
                        await arrivals.await(probe, to, id);
                        const late = Date.now() - begun - (isLong ? Number(shortTtl) : milliseconds);
                        note(`${queue}: ${seconds(late)} after its TTL`);
                    }),
                ),
            );
        },
    );
}

/** What full queues do. */
export function lengthExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "refusesWhenFull",
        "a full queue nacks new messages, and keeps every message that it confirmed",
        async (site, vhost, claims) => {
            const names = keeping(site, claims);
            await withSmallQueues(site, vhost, names, () =>
                withProbe(site, vhost, async ({ publish, drain }) => {
                    for (const queue of names) {
                        const { confirmed, nacked } = await fill(publish, queue);
                        expect([queue, nacked > 0]).toEqual([queue, true]);
                        expect(await drain(queue)).toEqual(confirmed);
                    }
                }),
            );
        },
    );
    claimExperiment(
        about,
        "dropsOldest",
        "a full queue that drops its head keeps the newest messages, and dead-letters the others if it has a dead-letter queue",
        async (site, vhost, claims) => {
            const names = claims.map(({ queue }) => queue);
            await withSmallQueues(site, vhost, names, () =>
                withProbe(site, vhost, async (probe) => {
                    for (const { queue, to } of claims) {
                        const { confirmed } = await fill(probe.publish, queue);
                        for (const target of to) {
                            await eventually(`the dead letters of queue "${queue}"`, async () =>
                                (await probe.count(target)) > 0 ? true : undefined,
                            );
                        }
                        await sleep(1_000);
                        const kept = await probe.drain(queue);
                        expect(confirmed.slice(-kept.length)).toEqual(kept);
                        for (const target of to) {
                            const dead = await probe.drain(target);
                            expect([...dead, ...kept].sort()).toEqual([...confirmed].sort());
                        }
                    }
                }),
            );
        },
    );
}

/** A dead-letter queue that is full, for queues that dead-letter at least once. */
export function fullDeadLetterQueueExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "keepsDeadLetters",
        "while a dead-letter queue is full, dead letters wait in their own queue, and none is lost",
        async (site, vhost, claims, note) => {
            const targets = [...new Set(claims.flatMap(({ to }) => to))];
            const arrivals = new Arrivals();
            await withSmallQueues(site, vhost, targets, () =>
                allEnded(
                    claims.map(({ queue, to: [target = ""] }) =>
                        withProbe(site, vhost, async (probe) => {
                            const ids = Array.from({ length: 18 }, (_, index) => `full-${queue}-${index}`);
                            for (const id of ids) {
                                expect(await probe.publish("", queue, id)).toBe("confirmed");
                                probe.channel.reject(await probe.take(queue), false);
                            }
                            await eventually(
                                `queue "${target}" is full`,
                                async () => ((await probe.count(target)) >= smallLength ? true : undefined),
                                withinMs,
                            );
                            const waiting = ids.length - smallLength;
                            const begun = Date.now();
                            await eventually(
                                `the dead letters of queue "${queue}"`,
                                async () => {
                                    const dead = await arrivals.read(probe, target);
                                    return ids.every((id) => dead.has(id)) ? true : undefined;
                                },
                                2 * withinMs,
                            );
                            const span = seconds(Date.now() - begun);
                            note(
                                `${queue}: ${waiting} or more waited, all there ${span} after there was room`,
                            );
                        }),
                    ),
                ),
            );
        },
    );
}

/** The order in which messages are delivered. */
export function orderExperiments(about: SiteExperiments): void {
    claimExperiment(
        about,
        "urgentFirst",
        "urgent messages overtake those that wait",
        async (site, vhost, claims) => {
            await withProbe(site, vhost, async ({ publish, drain }) => {
                const names = keeping(site, claims);
                for (const { queue, urgent, normal, order } of claims.filter((claim) =>
                    names.includes(claim.queue),
                )) {
                    for (const [kind, priority] of [
                        ["normal", normal],
                        ["urgent", urgent],
                    ] as const) {
                        for (let count = 0; count < 6; count++) {
                            expect(await publish("", queue, `${kind}-${count}`, { priority })).toBe(
                                "confirmed",
                            );
                        }
                    }
                    const kinds = (await drain(queue)).map((id) => id.split("-")[0]);
                    const expected = order === "strict" ? 6 : 4;
                    expect([queue, kinds.slice(0, 6).filter((kind) => kind === "urgent").length]).toEqual([
                        queue,
                        expected,
                    ]);
                }
            });
        },
    );
    claimExperiment(
        about,
        "keepsOrder",
        "a single active consumer gets messages in their order, also after the active one is lost with messages in its hands",
        async (site, vhost, claims) => {
            for (const { queue } of claims) {
                const ids = Array.from({ length: 100 }, (_, index) => `ordered-${index}`);
                await withProbe(site, vhost, async ({ publish }) => {
                    for (const id of ids) {
                        expect(await publish("", queue, id)).toBe("confirmed");
                    }
                });
                const processed: string[] = [];
                for (const limit of [30, 70, ids.length]) {
                    const connection = await site.cluster.connect(nodeAt(site, 0), vhost);
                    const channel = await connection.createChannel();
                    await channel.prefetch(10);
                    await new Promise<void>((resolve) => {
                        void channel.consume(queue, (message) => {
                            if (message !== null && processed.length < limit) {
                                processed.push(message.content.toString());
                                channel.ack(message);
                            }
                            if (processed.length === limit) {
                                resolve();
                            }
                        });
                    });
                    // The first two leave with messages that they did not acknowledge.
                    await connection.close();
                }
                expect(processed).toEqual(ids);
            }
        },
    );
}

/** The queues of claims without those whose messages expire before an experiment has looked at them. */
function keeping(
    { claims: { claims } }: Site,
    tried: readonly { readonly vhost: string; readonly queue: string }[],
): readonly string[] {
    const expires = ({ vhost, queue }: { readonly vhost: string; readonly queue: string }): boolean =>
        claims.some(
            (claim) =>
                claim.kind === "expires" &&
                claim.vhost === vhost &&
                claim.queue === queue &&
                claim.milliseconds < withinMs,
        );
    return tried.filter((claim) => !expires(claim)).map(({ queue }) => queue);
}

/** Publishes until a queue has refused some messages, or has got many more than it can hold. */
async function fill(
    publish: Probe["publish"],
    queue: string,
): Promise<{ readonly confirmed: readonly string[]; readonly nacked: number }> {
    const confirmed: string[] = [];
    let nacked = 0;
    for (let count = 0; count < 30; count++) {
        const id = `fill-${queue}-${count}`;
        if ((await publish("", queue, id)) === "confirmed") {
            confirmed.push(id);
        } else {
            nacked++;
        }
    }
    return { confirmed, nacked };
}

/** What arrived in dead-letter queues. Several queues can share one, and each reader takes what is for others, too. */
class Arrivals {
    readonly #ids = new Map<string, Set<string>>();

    /** Takes what a queue has now. @returns all that it had so far */
    async read({ drain }: Probe, queue: string): Promise<ReadonlySet<string>> {
        const known = this.#ids.get(queue) ?? new Set<string>();
        this.#ids.set(queue, known);
        for (const id of await drain(queue)) {
            known.add(id);
        }
        return known;
    }

    /** Waits until a message arrived in each of the queues. */
    async await(probe: Probe, queues: readonly string[], id: string): Promise<void> {
        for (const queue of queues) {
            await eventually(
                `message "${id}" in queue "${queue}"`,
                async () => ((await this.read(probe, queue)).has(id) ? true : undefined),
                withinMs,
            );
        }
    }
}

async function isDeleted({ count }: Probe, queue: string): Promise<void> {
    await eventually(
        `queue "${queue}" is empty`,
        async () => ((await count(queue)) === 0 ? true : undefined),
        withinMs,
    );
}
