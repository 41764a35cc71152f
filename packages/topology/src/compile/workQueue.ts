import type { BrokerFeatures } from "../broker/features.ts";
import type { Declaration } from "../declare/declaration.ts";
import { deadLetterQueueOf, type Retry, type WorkQueue } from "../declare/queueDeclaration.ts";
import {
    type ArgumentValue,
    binding,
    bytes,
    type Duration,
    type PolicyDefinition,
    queue,
    shorter,
    times,
} from "../model/index.ts";
import { argumentsOf, bindingsOf, type CompiledQueue } from "./compiledQueue.ts";
import { boundOf, parkingQueue } from "./parkingQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

/** Dead letters are evidence: they get room for several times what the work queue holds. */
const deadLetterRoom = 4;

/**
 * A work queue is a quorum queue with a dead-letter queue of its own; where the broker cannot delay by itself, one delay queue for
 * each waiting time stands beside it.
 */
export function compileWorkQueue(
    work: WorkQueue,
    declaration: Declaration,
    features: BrokerFeatures,
): CompiledQueue {
    const { vhost, deadLetterExchange } = declaration;
    const { retain } = work;
    const dlq = deadLetterQueueOf(work.name);
    const parked = parkingQueue(vhost, {
        name: dlq,
        bound: {
            messages: work.bound.messages * deadLetterRoom,
            size: bytes(`${work.bound.size * deadLetterRoom} B`),
        },
        retain,
    });
    const delays = features.delayedRetry ? noDelays : delayQueues(work, declaration);
    return {
        queues: [
            queue(vhost, work.name, "quorum", { retain, purpose: "work", arguments: argumentsOf(work) }),
            ...parked.queues,
            ...delays.queues,
        ],
        bindings: [
            ...bindingsOf(vhost, work),
            binding(vhost, deadLetterExchange.name, dlq, work.name),
            ...delays.bindings,
        ],
        policies: [
            queuePolicy(vhost, work.name, "quorum", "work", workDefinition(work, declaration, features)),
            ...parked.policies,
            ...delays.policies,
        ],
        retry: delays.retry ?? { mode: "broker", attempts: work.retry.attempts },
    };
}

function workDefinition(
    work: WorkQueue,
    declaration: Declaration,
    features: BrokerFeatures,
): PolicyDefinition {
    return {
        "queue-leader-locator": "balanced",
        ...boundOf(work.bound),
        ...(work.critical ? safeDeadLettering : { overflow: "drop-head" }),
        "dead-letter-exchange": declaration.deadLetterExchange.name,
        "dead-letter-routing-key": work.name,
        // The limit counts redeliveries: the first attempt is none.
        "delivery-limit": work.retry.attempts - 1,
        ...(work.deadline !== undefined && { "message-ttl": work.deadline }),
        ...(features.delayedRetry && delayedRetry(work.retry)),
        ...(features.consumerTimeout && { "consumer-timeout": times(work.jobLimit, 2) }),
    };
}

/**
 * Without `reject-publish` the broker falls back to at-most-once dead-lettering, with one line in its log.
 * @see https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering
 */
const safeDeadLettering: Readonly<Record<string, ArgumentValue>> = {
    "dead-letter-strategy": "at-least-once",
    overflow: "reject-publish",
};

/** "all" rather than "failed": a consumer that returns a message by mistake must not spin on it either. */
function delayedRetry(retry: Retry): PolicyDefinition {
    return {
        "delayed-retry-type": "all",
        "delayed-retry-min": retry.delay,
        "delayed-retry-max": retry.delayLimit,
    };
}

const noDelays: CompiledQueue = { queues: [], bindings: [], policies: [] };

/** The waiting time after each failed attempt but the last: the same ladder that a broker with delayed retry climbs. */
export function delayLadder(retry: Retry): readonly Duration[] {
    const failures = Array.from({ length: retry.attempts - 1 }, (_, index) => index + 1);
    return failures.map((count) => shorter(times(retry.delay, count), retry.delayLimit));
}

/**
 * One delay queue for each waiting time: the consumer publishes to the retry exchange with the key of its attempt, the message
 * expires in the delay queue and comes back through the same exchange with the work queue's name as its key.
 */
function delayQueues(work: WorkQueue, { vhost, retryExchange }: Declaration): CompiledQueue {
    const { retain } = work;
    const exchange = retryExchange.name;
    const ladder = delayLadder(work.retry).map((ttl, index) => ({
        ttl,
        name: `${work.name}.retry.${index + 1}`,
        routingKey: `${work.name}.${index + 1}`,
    }));
    return {
        queues: ladder.map(({ name }) => queue(vhost, name, "quorum", { retain, purpose: "delay" })),
        bindings: [
            ...ladder.map(({ name, routingKey }) => binding(vhost, exchange, name, routingKey)),
            binding(vhost, exchange, work.name, work.name),
        ],
        policies: ladder.map(({ name, ttl }) =>
            queuePolicy(vhost, name, "quorum", "delay", {
                "queue-leader-locator": "balanced",
                ...boundOf(work.bound),
                ...safeDeadLettering,
                "dead-letter-exchange": exchange,
                "dead-letter-routing-key": work.name,
                "message-ttl": ttl,
            }),
        ),
        retry: {
            mode: "exchange",
            attempts: work.retry.attempts,
            exchange,
            routingKeys: ladder.map(({ routingKey }) => routingKey),
        },
    };
}
