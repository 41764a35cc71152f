import { setTimeout as sleep } from "node:timers/promises";
import { type InVhost, type Queue, UserError } from "@spot-messaging/topology";
import type { Drain } from "@spot-messaging/topology/migrate";
import type { MigrationBroker } from "./migrationBroker.ts";
import { openTransfer, type Transfer } from "./transfer.ts";

/** How a queue is emptied and deleted. */
export interface RemovalSettings {
    readonly drain: Drain;
    /** Whether consumers may still be connected when the queue is deleted. The broker cancels them. */
    readonly cancelConsumers: boolean;
    /** Streams that are deleted with their messages. */
    readonly discard: ReadonlySet<string>;
    /** How long to wait for consumers and publishers, in milliseconds. */
    readonly waitMs: number;
    /** Reports progress to a person. */
    readonly report: (text: string) => void;
}

/** The broker collects its counts every 5 s: a count that is older than that is current. */
const countsAreCurrentAfterMs = 6_000;
/** The management API alone, with its cache, has shown an empty queue for longer than that after messages had arrived. */
const reportIsCurrentAfterMs = 12_000;

/** Something that the command waits for did not happen in time. */
export class MigrationBlocked extends UserError {
    override readonly name = "MigrationBlocked";
}

/**
 * Empties a queue, by transfer or by its consumers.
 * @throws MigrationBlocked, BrokerUnreachable, BrokerRefused
 */
export async function drainQueue(
    broker: MigrationBroker,
    queue: InVhost,
    to: InVhost | undefined,
    settings: RemovalSettings,
): Promise<void> {
    await guardedQueue(broker, queue, to, settings, () => Promise.resolve());
}

/**
 * Empties a queue and deletes it. A message that arrives in the last moment is moved as well: the command stays its first consumer until the
 * queue is deleted.
 * @param successor a queue with the same name, to declare right after the deletion. @default - none
 * @throws MigrationBlocked, BrokerUnreachable, BrokerRefused
 */
export async function removeQueue(
    broker: MigrationBroker,
    queue: Queue,
    to: InVhost | undefined,
    settings: RemovalSettings,
    successor?: Queue,
): Promise<void> {
    const place = placeOf(queue);
    if ((await broker.numbersOf(queue)) === undefined) {
        return;
    }
    if (queue.type === "stream") {
        if (!settings.discard.has(queue.name)) {
            throw new MigrationBlocked(
                `${place} is a stream, which keeps its messages after they are read; when its consumers have read it, allow its deletion with --discard ${queue.name}`,
            );
        }
        await broker.api.deleteQueue(queue.vhost, queue.name);
        return;
    }
    await guardedQueue(broker, queue, to, settings, async (transfer) => {
        // Only classic queues know the condition; a quorum queue refuses it.
        const lost = await transfer.deleteQueue(queue.type === "classic" ? { ifEmpty: true } : {}, successor);
        if (lost > 0) {
            throw new UserError(
                `${place} was deleted with ${lost} messages that arrived in that moment; publish them again`,
            );
        }
        settings.report(`deleted queue "${queue.name}", which was empty`);
    });
}

/** Runs an action on a queue that is empty and stays so: the command is its consumer during the action. */
async function guardedQueue(
    broker: MigrationBroker,
    queue: InVhost,
    to: InVhost | undefined,
    settings: RemovalSettings,
    act: (transfer: Transfer) => Promise<void>,
): Promise<void> {
    const end = Date.now() + settings.waitMs;
    if (settings.drain === "consumers") {
        await waitForConsumers(broker, queue, settings, end);
    }
    await refuseOverflow(broker, queue, to);
    const transfer = await openTransfer(broker, queue, to);
    try {
        await waitForEmpty(broker, queue, transfer, settings, end);
        await act(transfer);
    } finally {
        await transfer.close();
    }
    if (transfer.moved() > 0) {
        settings.report(`moved ${transfer.moved()} messages from "${queue.name}" to "${to?.name ?? ""}"`);
    }
    const failure = transfer.failure();
    if (failure !== undefined && transfer.pending() > 0) {
        throw failure;
    }
}

/**
 * Refuses a transfer that would make its target drop messages.
 * @throws MigrationBlocked
 */
export async function refuseOverflow(
    broker: MigrationBroker,
    from: InVhost,
    to: InVhost | undefined,
): Promise<void> {
    const [source, target] = [
        await broker.numbersOf(from),
        to === undefined ? undefined : await broker.numbersOf(to),
    ];
    const limits = target?.dropsAbove;
    if (source === undefined || target === undefined || limits === undefined) {
        return;
    }
    const total = source.ready + source.unacknowledged + target.ready + target.unacknowledged;
    const bytes = source.bytes + target.bytes;
    const exceeded =
        limits.messages !== undefined && total > limits.messages
            ? `${total} messages, and drops its oldest above ${limits.messages}`
            : limits.bytes !== undefined && bytes > limits.bytes
              ? `${bytes} bytes, and drops its oldest messages above ${limits.bytes}`
              : undefined;
    if (exceeded !== undefined) {
        throw new MigrationBlocked(
            `vhost "${from.vhost}": the messages of queue "${from.name}" do not fit into "${to?.name ?? ""}": it would have ${exceeded}; let consumers read some first, or raise the limit by a policy`,
        );
    }
}

/** Waits until the queue's own consumers have read it to its end, for as long as the broker's counts may be old. */
async function waitForConsumers(
    broker: MigrationBroker,
    queue: InVhost,
    settings: RemovalSettings,
    end: number,
): Promise<void> {
    let emptySince: number | undefined;
    const connection = await broker.connect(queue.vhost);
    try {
        const channel = await connection.createChannel();
        channel.on("error", () => undefined);
        await waitUntil(end, settings, async () => {
            const numbers = await broker.numbersOf(queue);
            if (numbers === undefined) {
                return undefined;
            }
            // Exact, other than the report of unacknowledged messages.
            const { messageCount, consumerCount } = await channel.checkQueue(queue.name);
            const count = messageCount + numbers.unacknowledged;
            if (count > 0) {
                emptySince = undefined;
                return `${placeOf(queue)} has ${count} messages; its consumers (${consumerCount}) have to read them`;
            }
            emptySince ??= Date.now();
            return reasonToWait(queue, emptySince, reportIsCurrentAfterMs);
        });
    } finally {
        await connection.close().catch(() => undefined);
    }
}

/** Waits until nothing is in the queue and nothing is with a consumer, for as long as the broker's counts may be old. */
async function waitForEmpty(
    broker: MigrationBroker,
    queue: InVhost,
    transfer: Transfer,
    settings: RemovalSettings,
    end: number,
): Promise<void> {
    let emptySince: number | undefined;
    let moved = -1;
    await waitUntil(end, settings, async () => {
        const failure = transfer.failure();
        if (failure !== undefined) {
            throw failure;
        }
        const { ready, otherConsumers } = await transfer.counts();
        const reported = await broker.numbersOf(queue);
        const others = Math.max(0, (reported?.unacknowledged ?? 0) - transfer.pending());
        const reason = blockOf(queue, {
            ready,
            otherConsumers,
            pending: transfer.pending(),
            others,
            settings,
        });
        if (reason !== undefined || transfer.moved() !== moved) {
            moved = transfer.moved();
            emptySince = undefined;
            return reason ?? `${placeOf(queue)} gets messages`;
        }
        emptySince ??= Date.now();
        return reasonToWait(queue, emptySince, countsAreCurrentAfterMs);
    });
}

/** Why a queue that looks empty is not trusted yet. */
function reasonToWait(queue: InVhost, emptySince: number, milliseconds: number): string | undefined {
    return Date.now() - emptySince >= milliseconds
        ? undefined
        : `${placeOf(queue)} is empty; the broker's counts become current`;
}

function blockOf(
    queue: InVhost,
    counts: {
        readonly ready: number;
        readonly otherConsumers: number;
        readonly pending: number;
        readonly others: number;
        readonly settings: RemovalSettings;
    },
): string | undefined {
    const { ready, otherConsumers, pending, others, settings } = counts;
    const place = placeOf(queue);
    if (ready + pending > 0) {
        return `${place} has ${ready + pending} messages to move`;
    }
    if (otherConsumers > 0 && !settings.cancelConsumers) {
        return `${place} has ${otherConsumers} consumers; stop them, or let the broker cancel them with --cancel-consumers`;
    }
    return others > 0
        ? `${place}: consumers have ${others} messages that they have not acknowledged`
        : undefined;
}

/** @param blocked what is waited for; `undefined` when it has happened */
export async function waitUntil(
    end: number,
    { report }: Pick<RemovalSettings, "report">,
    blocked: () => Promise<string | undefined>,
): Promise<void> {
    let reported = 0;
    for (;;) {
        const reason = await blocked();
        if (reason === undefined) {
            return;
        }
        if (Date.now() > end) {
            throw new MigrationBlocked(
                `${reason}. The wait is over: run the command again, or allow a longer one with --wait`,
            );
        }
        if (Date.now() - reported > 5_000) {
            reported = Date.now();
            report(reason);
        }
        await sleep(200);
    }
}

/** The queue in a sentence. */
export function placeOf({ vhost, name }: InVhost): string {
    return `vhost "${vhost}": queue "${name}"`;
}
