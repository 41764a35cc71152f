import type { BrokerVersion, InVhost, Topology } from "@spot-messaging/topology";
import { planMigration } from "../../../packages/topology/src/migrate/planMigration.ts";
import { allMigrations, type NamedChange } from "../../../packages/topology/tests/migrate/changes.ts";
import type { PublishTarget } from "./publisher.ts";
import type { Trial } from "./trial.ts";

/** The names of all changes that the review knows as a replacement, and of renames, moves and removals. */
export const changeNames: readonly string[] = allMigrations.map(({ name }) => name);

/** The size of a trial. */
export interface TrialSize {
    readonly waiting: number;
    readonly rate: number;
    readonly kills: number;
    readonly restartsNode: boolean;
}

/** The trial of a change, in virtual hosts of its own. */
export function trialOf(
    name: string,
    place: string,
    version: BrokerVersion,
    { waiting, rate, kills, restartsNode }: TrialSize,
    random: () => number,
): Trial {
    const { before, after } = inPlace(changeNamed(name), place, version);
    const [from, to] = [before, after].map((each) => each.vhosts[0]?.name ?? "") as [string, string]; // two sides
    const plan = planMigration(before, after);
    const migration = plan.migrations.find(({ object }) => object.name === "orders");
    const isMove = from !== to;
    const source = entryExchange(before, after);
    const target = entryExchange(after, before);
    const newName = migration?.successor?.name ?? "orders";
    const readsInTurn = migration?.drain === "consumers" && migration.kind === "queue replacement";
    const hasType = (type: string): boolean =>
        [...before.queues, ...after.queues].some((each) => each.name === "orders" && each.type === type);
    const isStream = hasType("stream") || after.queues.some((each) => each.type === "stream");
    const old: InVhost = { vhost: from, name: "orders" };
    const isAutoDelete = [...before.queues, ...after.queues].some((each) => each.autoDelete);
    const isDurable = [...before.queues, ...after.queues, ...before.exchanges, ...after.exchanges].every(
        (each) => each.durable,
    );
    const isBounded = [...before.queues, ...after.queues].some(
        (each) => each.arguments["x-max-length"] !== undefined,
    );
    const entry = (vhost: string, exchange: string): PublishTarget => ({
        vhost,
        exchange,
        routingKey: "order.placed",
    });
    const vhosts = [...new Set([from, to])];
    return {
        before,
        after,
        entry: entry(from, source),
        ...((isMove || source !== target) && { movedEntry: entry(to, target) }),
        reads: readsInTurn
            ? [
                  { ...old, isOrdered: isOrdered(before) },
                  { vhost: from, name: migration.holder?.name ?? "", isOrdered: isOrdered(before) },
                  { ...old, isOrdered: isOrdered(after) },
              ]
            : [old, ...(newName === "orders" && !isMove ? [] : [{ vhost: to, name: newName }])].map(
                  (each) => ({
                      ...each,
                      isOrdered: false,
                  }),
              ),
        readsInTurn,
        keeps: vhosts.map((vhost) => ({ vhost, name: "audit" })),
        parks: vhosts.flatMap((vhost) => ["dead", "rest"].map((queue) => ({ vhost, name: queue }))),
        isRemoval: migration?.kind === "queue removal",
        discard: before.queues.some((each) => each.type === "stream") ? ["orders"] : [],
        // A queue with a limit is full.
        waiting: isBounded ? Math.min(waiting, 900) : waiting,
        rate,
        kills,
        // A stream is read from its beginning again, and a queue with autoDelete is deleted with its last consumer.
        killsConsumers: !isStream && !isAutoDelete,
        // A restart deletes what is not durable.
        restartsNode: restartsNode && isDurable && !isAutoDelete,
        random,
    };
}

/** Whether the queue has a single active consumer; across two, a message that the broker delivers again follows later ones. */
function isOrdered({ queues }: Topology): boolean {
    return queues.some(
        ({ name, arguments: args }) => name === "orders" && args["x-single-active-consumer"] === true,
    );
}

function changeNamed(name: string): NamedChange {
    const found = allMigrations.find((each) => each.name === name);
    if (found === undefined) {
        throw new Error(`no change is named "${name}"`);
    }
    return found;
}

/** An exchange that is not internal, and from which the messages reach the queue. Messages come through another one if it is. */
function entryExchange(here: Topology, there: Topology): string {
    const isInternal = [...here.exchanges, ...there.exchanges].some((each) => each.internal);
    return isInternal
        ? "inbox"
        : (here.exchanges.find(({ name }) => /^(?:events|happenings)$/u.test(name))?.name ?? "");
}

/** The change with the names of its virtual hosts replaced. */
function inPlace(
    { before, after }: NamedChange,
    place: string,
    version: BrokerVersion,
): Omit<NamedChange, "name"> {
    const placed = (topology: Topology): Topology => ({
        ...(JSON.parse(
            JSON.stringify(topology)
                .replaceAll('"shop"', `"${place}-shop"`)
                .replaceAll('"store"', `"${place}-store"`),
        ) as Topology), // the same shape
        brokerVersion: version,
    });
    return { before: placed(before), after: placed(after) };
}
