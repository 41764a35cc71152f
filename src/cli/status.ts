import { setTimeout as sleep } from "node:timers/promises";
import { vhostName } from "../topology/names.ts";
import type { Access } from "./access.ts";
import { brokerOf } from "./access.ts";
import type { Cause } from "./diagnosis/cause.ts";
import { gatewayOf } from "./mails/gateway.ts";

/** The state of a stack; `npm run status -- --json` prints exactly this. */
export interface Status {
    readonly broker: { readonly version: string; readonly nodes: number };
    readonly queues: readonly {
        readonly name: string;
        readonly ready: number;
        readonly unacknowledged: number;
        readonly consumers: number;
    }[];
    readonly analyses: {
        readonly submitted: number;
        readonly completed: number;
        readonly failed: number;
        readonly deadLettered: number;
    };
    /** On Kubernetes: why objects of the stack are not ready. */
    readonly problems?: readonly Cause[];
}

/**
 * Reads the state from the broker and the gateway.
 * @throws BrokerUnreachable, BrokerRefused, UserError
 */
export async function readStatus(access: Access): Promise<Status> {
    const broker = brokerOf(access);
    const [overview, nodes, queues, counts] = await Promise.all([
        broker.overview(),
        broker.nodes(),
        broker.listQueues(vhostName),
        gatewayOf(access)?.counts() ?? { submitted: 0, completed: 0, failed: 0 },
    ]);
    const { submitted, completed, failed } = counts;
    const rows = queues
        .map(({ name, messages_ready: ready, messages_unacknowledged: unacknowledged, consumers }) => ({
            name,
            ready,
            unacknowledged,
            consumers,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
        broker: {
            version: overview.rabbitmq_version,
            nodes: nodes.filter(({ running }) => running).length,
        },
        queues: rows,
        analyses: { submitted, completed, failed, deadLettered: deadLettered(rows) },
    };
}

/** The maximum age of the broker's counts, by default. */
const countingIntervalMs = 5_000;

/**
 * Waits until every consumed queue has its consumer and no message is waiting, but at most two counting intervals, and returns the status.
 */
export async function settledStatus(
    access: Access,
    consumed: readonly string[],
    signal: AbortSignal,
): Promise<Status> {
    const deadline = Date.now() + 2 * countingIntervalMs;
    for (;;) {
        const status = await readStatus(access);
        const settled = status.queues
            .filter(({ name }) => consumed.includes(name))
            .every(({ ready, unacknowledged, consumers }) => consumers > 0 && ready + unacknowledged === 0);
        if (settled || Date.now() > deadline) {
            return status;
        }
        await sleep(500, undefined, { signal });
    }
}

function deadLettered(queues: Status["queues"]): number {
    return queues
        .filter(({ name }) => name.endsWith(".dlq"))
        .reduce((sum, { ready, unacknowledged }) => sum + ready + unacknowledged, 0);
}
