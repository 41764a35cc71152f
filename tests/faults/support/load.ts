import { setTimeout as sleep } from "node:timers/promises";
import type { Claim } from "@spot-messaging/topology/claims";
import { type ConsumedQueue, type Consumers, startConsumers } from "./consumers.ts";
import { type Balance, Ledger } from "./ledger.ts";
import { type LoadRoute, type Publisher, startPublisher } from "./publisher.ts";
import type { Site } from "./site.ts";

/** A load that runs during an experiment. */
export interface Load {
    readonly ledger: Ledger;
    readonly publisher: Publisher;
    /** Waits until everything is confirmed and seen, or nothing more arrives. Then it stops everything. */
    readonly settle: () => Promise<Balance>;
    /** Ends it without waiting. */
    readonly abandon: () => Promise<void>;
}

export interface LoadOptions {
    /** Messages a second. @default 100 */
    readonly rate?: number;
    /** @default all routes of {@link loadRoutes} */
    readonly routes?: readonly LoadRoute[];
    /** Who publishes and consumes. @default the administrator */
    readonly as?: () => { readonly username: string; readonly password: string };
}

/** Routes of one virtual host, because a connection belongs to one. More of them prove nothing more, and need more processors. */
const maxRoutes = 24;

/**
 * The messages of a load: all that arrive only in queues and streams which survive a lost node and remove nothing by themselves. In queues
 * whose dead letters wait while a dead-letter queue is full, some messages are rejected.
 */
export function loadRoutes(claims: readonly Claim[], vhost: string): readonly LoadRoute[] {
    const named = (...kinds: readonly Claim["kind"][]): ReadonlySet<string> =>
        new Set(
            claims.flatMap((claim) =>
                "queue" in claim && claim.vhost === vhost && kinds.includes(claim.kind) ? [claim.queue] : [],
            ),
        );
    const survives = named("survivesNode");
    const removes = named("expires");
    const keeps = named("keepsDeadLetters");
    const parks = new Set(
        claims.flatMap((claim) =>
            claim.kind === "keepsDeadLetters" && claim.vhost === vhost ? claim.to : [],
        ),
    );
    const reached = new Set<string>();
    return claims
        .flatMap((claim): readonly LoadRoute[] => {
            if (claim.kind !== "routes" || claim.vhost !== vhost || Object.keys(claim.headers).length > 0) {
                return [];
            }
            const isFit = claim.queues.every((queue) => survives.has(queue) && !removes.has(queue));
            const isNew = claim.queues.some((queue) => !reached.has(queue) && !parks.has(queue));
            if (!isFit || !isNew) {
                return [];
            }
            for (const queue of claim.queues) {
                reached.add(queue);
            }
            const { exchange, routingKey, queues } = claim;
            return [
                {
                    ...{ vhost, exchange, routingKey, queues },
                    hasRejected: queues.some((queue) => keeps.has(queue)),
                },
            ];
        })
        .slice(0, maxRoutes);
}

let loads = 0;

/** Starts a load, after its consumers are there. */
export async function startLoad(site: Site, options: LoadOptions = {}): Promise<Load> {
    const { rate = 100, as } = options;
    const routes = options.routes ?? site.routes;
    const prefix = `load${process.pid}x${loads++}`;
    const { claims } = site.claims;
    const deadLettersOf = new Map(
        claims.flatMap((claim) =>
            claim.kind === "keepsDeadLetters" && claim.vhost === site.vhost ? [[claim.queue, claim.to]] : [],
        ),
    );
    const parking = [
        ...new Set(
            claims.flatMap((claim) =>
                claim.kind === "handlesUnroutable" && claim.vhost === site.vhost ? claim.queues : [],
            ),
        ),
    ];
    const ledger = new Ledger(deadLettersOf, parking);
    const since = Math.floor(Date.now() / 1_000);
    const isRejected = (queue: string, id: string): boolean =>
        deadLettersOf.has(queue) && Number(id.split("-")[1]) % 10 === 9;
    const connect = rotating(site, as);
    const consume = (): Consumers =>
        startConsumers({
            queues: consumedQueues(site, routes, deadLettersOf, parking),
            ...{ ledger, connect, isRejected, prefix, since },
        });
    const consumers = consume();
    await consumers.ready;
    const publisher = startPublisher({
        ...{ routes, ledger, rate, prefix },
        connect: () => connect(site.vhost),
    });
    return {
        ledger,
        publisher,
        settle: () => settled(publisher, consumers, ledger, consume),
        abandon: async () => {
            publisher.abandon();
            await consumers.stop();
        },
    };
}

/** Connects to another node each time, and to the next one if that does not answer. */
function rotating({ cluster }: Site, as: LoadOptions["as"]) {
    let next = 0;
    return async (vhost: string) => {
        const node = cluster.nodes[next++ % cluster.nodes.length];
        if (node === undefined) {
            throw new Error("the cluster has no nodes");
        }
        return await cluster.connect(node, vhost, as?.());
    };
}

function consumedQueues(
    { topology, vhost }: Site,
    routes: readonly LoadRoute[],
    deadLettersOf: ReadonlyMap<string, readonly string[]>,
    parking: readonly string[],
): readonly ConsumedQueue[] {
    const names = new Set([
        ...parking,
        ...routes.flatMap(({ queues, hasRejected }) =>
            queues.flatMap((queue) => [queue, ...(hasRejected ? (deadLettersOf.get(queue) ?? []) : [])]),
        ),
    ]);
    return topology.queues
        .filter((queue) => queue.vhost === vhost && names.has(queue.name))
        .map(({ name, type }) => ({ vhost, name, type }));
}

const confirmWithinMs = 60_000;
/** Longer than the longest delay of a retry. */
const quietMs = 25_000;

async function settled(
    publisher: Publisher,
    consumers: Consumers,
    ledger: Ledger,
    consume: () => Consumers,
): Promise<Balance> {
    try {
        await publisher.stop(confirmWithinMs);
        await quiet(ledger);
    } finally {
        publisher.abandon();
        await consumers.stop();
    }
    const balance = ledger.balance(publisher.longestSilence());
    if (balance.lost.length === 0) {
        return balance;
    }
    // What a consumer does not get may still be in its queue.
    const others = consume();
    await quiet(ledger);
    await others.stop();
    const lost = ledger.missing();
    return { ...balance, lost, withheld: balance.lost.filter((each) => !lost.includes(each)) };
}

/** Waits until nothing is missing, or nothing more arrives. */
async function quiet(ledger: Ledger): Promise<void> {
    let last = { seen: -1, at: Date.now() };
    while (ledger.missing().length > 0 && Date.now() - last.at < quietMs) {
        if (ledger.seen !== last.seen) {
            last = { seen: ledger.seen, at: Date.now() };
        }
        await sleep(100);
    }
}
