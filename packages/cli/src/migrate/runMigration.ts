import { type InVhost, objectKey, type Queue, type Topology } from "@spot-messaging/topology";
import {
    type BrokerStep,
    type Drain,
    type Migration,
    type MigrationPlan,
    type MigrationPosition,
    positionOf,
    stepsToStage,
} from "@spot-messaging/topology/migrate";
import { withProgramKnowledge } from "@spot-messaging/topology/review";
import { quotedFirst } from "@spot-messaging/topology/text";
import { deleteObject, putObject } from "./brokerRequest.ts";
import type { MigrationBroker } from "./migrationBroker.ts";
import {
    drainQueue,
    MigrationBlocked,
    type RemovalSettings,
    refuseOverflow,
    removeQueue,
    waitUntil,
} from "./queueRemoval.ts";
import { replaceExchange } from "./replaceExchange.ts";
import { openTransfer } from "./transfer.ts";
import { tryDeclarations } from "./tryDeclarations.ts";

/** How a plan is carried out. */
export interface RunSettings extends Omit<RemovalSettings, "drain"> {
    readonly plan: MigrationPlan;
    readonly broker: MigrationBroker;
}

/** What a run reached. */
export interface RunResult {
    readonly position: MigrationPosition;
    /** The requests of the next stage. */
    readonly next: readonly BrokerStep[];
}

/** Reads how far the broker is. */
export async function readPosition({
    plan,
    broker,
}: Pick<RunSettings, "plan" | "broker">): Promise<RunResult> {
    const live = liveTopology(plan, await broker.topology());
    const position = positionOf(plan, live);
    const isDone = position.done === plan.stages.length;
    return {
        position,
        next: position.changed.length > 0 || isDone ? [] : stepsToStage(plan, live, position.done + 1),
    };
}

/**
 * Carries out the stages that are left. It reads before each stage how far the broker is, so it goes on after an interruption at any moment.
 * @param until `end`: all stages; `next`: only what the next stage needs to be applied by another program
 * @throws MigrationBlocked, BrokerUnreachable, BrokerRefused
 */
export async function runStages(settings: RunSettings, until: "end" | "next"): Promise<RunResult> {
    const { plan, broker, report } = settings;
    for (;;) {
        const result = await readPosition(settings);
        const { position, next } = result;
        const stage = plan.stages[position.done];
        if (position.changed.length > 0 || stage === undefined) {
            return result;
        }
        if (position.done === 0 && !position.isBetween) {
            await tryDeclarations(plan, broker);
        }
        if (until === "next") {
            await drainFor(next, settings);
            return result;
        }
        report(`stage ${position.done + 1} of ${plan.stages.length}, ${stage.id}: ${stage.title}`);
        if (!position.isBetween) {
            await moveAhead(settings, position.done);
        }
        if (stage.id === "finish") {
            await waitForPublishers(settings);
        }
        await apply(next, settings);
    }
}

/**
 * Goes back to the topology before the change.
 * @throws MigrationBlocked, BrokerUnreachable, BrokerRefused
 */
export async function undoStages(settings: RunSettings): Promise<RunResult> {
    const { plan, broker, report } = settings;
    for (;;) {
        const live = liveTopology(plan, await broker.topology());
        const position = positionOf(plan, live);
        const { done, isBetween, changed } = position;
        if (changed.length > 0 || (done === 0 && !isBetween) || done === plan.stages.length) {
            return { position, next: [] };
        }
        const target = isBetween ? done : done - 1;
        const stage = plan.stages[isBetween ? done : done - 1];
        report(`undo stage ${target + 1} of ${plan.stages.length}, ${stage?.id ?? ""}`);
        // What is moved is newer than what waits there, so the order stays.
        await apply(stepsToStage(plan, live, target), settings, "transfer");
    }
}

/** The part of a broker's export that a plan compares. */
function liveTopology({ before, after }: MigrationPlan, exported: Topology): Topology {
    const names = <T extends { readonly name: string }>(
        one: readonly T[],
        other: readonly T[],
    ): readonly T[] => [...new Map([...one, ...other].map((each) => [each.name, each])).values()];
    return withProgramKnowledge(exported, {
        ...after,
        vhosts: names(before.vhosts, after.vhosts),
        users: names(before.users, after.users),
        exchanges: after.exchanges,
    });
}

/** A queue's migration and where its messages go, if it is deleted or replaced. */
interface QueueWay {
    readonly drain: Drain;
    readonly to: InVhost | undefined;
}

function wayOf({ vhost, name }: InVhost, migrations: readonly Migration[]): QueueWay {
    const key = objectKey({ vhost, name });
    for (const { object, holder, successor, drain = "transfer" } of migrations) {
        const other = holder ?? successor;
        if (object.kind !== "queue") {
            continue;
        }
        if (objectKey(object) === key) {
            return { drain, to: other };
        }
        if (other !== undefined && objectKey(other) === key) {
            return { drain, to: { vhost: object.vhost, name: object.name } };
        }
    }
    // Not of this plan: it must become empty by itself.
    return { drain: "consumers", to: undefined };
}

/** @param way how messages leave queues. @default - as planned */
async function apply(steps: readonly BrokerStep[], settings: RunSettings, way?: Drain): Promise<void> {
    const { plan, broker } = settings;
    const stageQueues = new Map(
        [plan.before, ...plan.stages.map(({ topology }) => topology)]
            .flatMap(({ queues }) => queues)
            .map((each) => [objectKey(each), each]),
    );
    const live = new Map((await broker.topology()).queues.map((each) => [objectKey(each), each]));
    for (const { action, object } of steps) {
        if (action === "put") {
            await putObject(broker.api, object);
        } else if (object.kind === "queue") {
            const { noun } = object;
            const present: Queue = live.get(objectKey(noun)) ?? stageQueues.get(objectKey(noun)) ?? noun;
            const { drain, to } = wayOf(noun, plan.migrations);
            const successor = action === "replace" ? noun : undefined;
            const chosen = to === undefined ? drain : (way ?? drain);
            await removeQueue(broker, present, to, { ...settings, drain: chosen }, successor);
            if (successor !== undefined) {
                // A stream, or a queue that was deleted already.
                await putObject(broker.api, object);
            }
        } else if (action === "replace" && object.kind === "exchange") {
            await replaceExchange(broker, object.noun);
        } else {
            await refuseFullVhost(object, broker);
            await deleteObject(broker.api, object);
        }
    }
}

/** A virtual host may have queues that the plan does not know. */
async function refuseFullVhost(
    { kind, noun }: BrokerStep["object"],
    { api }: MigrationBroker,
): Promise<void> {
    if (kind !== "vhost") {
        return;
    }
    const names = (await api.listQueues(noun.name)).map(({ name }) => name);
    if (names.length > 0) {
        throw new MigrationBlocked(
            `virtual host "${noun.name}" still has queues that the plan does not know: ${quotedFirst(names)}; delete them or make a new plan`,
        );
    }
}

/** Empties the queues that the next stage deletes or replaces. */
async function drainFor(steps: readonly BrokerStep[], settings: RunSettings): Promise<void> {
    const { plan, broker } = settings;
    for (const { action, object } of steps) {
        if (action !== "put" && object.kind === "queue" && object.noun.type !== "stream") {
            const { drain, to } = wayOf(object.noun, plan.migrations);
            if ((await broker.numbersOf(object.noun)) !== undefined) {
                await drainQueue(broker, object.noun, to, { ...settings, drain });
            }
        }
    }
}

/** Moves what waits before the bindings change, so that the messages published afterwards stay behind it. */
async function moveAhead(settings: RunSettings, done: number): Promise<void> {
    const { plan } = settings;
    const id = plan.stages[done - 1]?.id;
    for (const { kind, object, holder, successor, drain } of plan.migrations) {
        if (drain !== "transfer" || successor === undefined) {
            continue;
        }
        const queue = { vhost: object.vhost, name: object.name };
        if (kind === "queue replacement" && holder !== undefined) {
            if (id === "prepare") {
                await moveWaiting(settings, queue, holder);
            } else if (id === "replace") {
                await moveWaiting(settings, holder, queue);
            }
        } else if (
            kind === "queue rename" &&
            id === "prepare" &&
            (await isAttended(settings, queue, successor))
        ) {
            await moveWaiting(settings, queue, successor);
        }
    }
}

/** Whether moved messages do not wait longer for a consumer than they would where they are. */
async function isAttended({ broker }: RunSettings, from: InVhost, to: InVhost): Promise<boolean> {
    const [source, target] = [await broker.numbersOf(from), await broker.numbersOf(to)];
    return (target?.consumers ?? 0) > 0 || (source?.consumers ?? 0) === 0;
}

/** Moves messages until hardly any waits. */
async function moveWaiting(settings: RunSettings, from: InVhost, to: InVhost): Promise<void> {
    const { broker, report, waitMs } = settings;
    const numbers = await broker.numbersOf(from);
    if (numbers === undefined || isStream(settings, from)) {
        return;
    }
    await refuseOverflow(broker, from, to);
    const transfer = await openTransfer(broker, from, to);
    try {
        await waitUntil(Date.now() + waitMs, settings, async () => {
            const failure = transfer.failure();
            if (failure !== undefined) {
                throw failure;
            }
            const { ready } = await transfer.counts();
            return ready === 0 && transfer.pending() < 50
                ? undefined
                : `moved ${transfer.moved()} messages from "${from.name}" to "${to.name}"; ${ready} wait`;
        });
    } finally {
        await transfer.close();
    }
    if (transfer.moved() > 0) {
        report(`moved ${transfer.moved()} messages from "${from.name}" to "${to.name}"`);
    }
}

function isStream({ plan }: RunSettings, { vhost, name }: InVhost): boolean {
    return plan.before.queues.some(
        (each) => each.vhost === vhost && each.name === name && each.type === "stream",
    );
}

/** What the last stage deletes must not get messages any longer: its publishers move by themselves. */
async function waitForPublishers(settings: RunSettings): Promise<void> {
    const { plan, broker, waitMs } = settings;
    const end = Date.now() + waitMs;
    for (const { kind, object } of plan.migrations) {
        if (kind !== "exchange removal" && kind !== "queue move") {
            continue;
        }
        const count = async (): Promise<number> =>
            kind === "queue move"
                ? ((await broker.numbersOf(object))?.published ?? 0)
                : await broker.publishedTo(object);
        let known = await count();
        let since = Date.now();
        await waitUntil(end, settings, async () => {
            const now = await count();
            if (now !== known) {
                [known, since] = [now, Date.now()];
            }
            return Date.now() - since >= quietMs
                ? undefined
                : `vhost "${object.vhost}": ${object.kind} "${object.name}" must get no messages for ${quietMs / 1_000} s; move its publishers`;
        });
    }
}

/** Twice the interval of the broker's counts. */
const quietMs = 10_000;
