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

/** The bound of the dead-letter queue is this many times the bound of the work queue, so that it can store several backlogs. */
const deadLetterBoundFactor = 4;

/**
 * A work queue is a quorum queue with its own dead-letter queue. If the broker version has no delayed retry, it also has one delay queue for
 * each retry delay.
 * @param isRedriven whether the retry exchange leads back to it, for messages that are redriven from its dead-letter queue
 */
export function compileWorkQueue(
    work: WorkQueue,
    declaration: Declaration,
    features: BrokerFeatures,
    isRedriven: boolean,
): CompiledQueue {
    const { vhost, deadLetterExchange, retryExchange } = declaration;
    const { retain } = work;
    const dlq = deadLetterQueueOf(work.name);
    const parked = parkingQueue(vhost, {
        name: dlq,
        bound: {
            messages: work.bound.messages * deadLetterBoundFactor,
            size: bytes(`${work.bound.size * deadLetterBoundFactor} B`),
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
            ...(isRedriven || delays.retry !== undefined
                ? [binding(vhost, retryExchange.name, work.name, work.name)]
                : []),
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
        // The limit counts redeliveries; the first attempt is not one.
        "delivery-limit": work.retry.attempts - 1,
        ...(work.deadline !== undefined && { "message-ttl": work.deadline }),
        ...(features.delayedRetry && delayedRetry(work.retry)),
        ...(features.consumerTimeout && { "consumer-timeout": times(work.jobLimit, 2) }),
    };
}

/**
 * Without `reject-publish` the broker falls back to at-most-once dead-lettering, with only a line in its log.
 * @see https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering
 */
const safeDeadLettering: Readonly<Record<string, ArgumentValue>> = {
    "dead-letter-strategy": "at-least-once",
    overflow: "reject-publish",
};

/** "all" instead of "failed": a consumer that requeues a message by mistake must not receive it again immediately. */
function delayedRetry(retry: Retry): PolicyDefinition {
    return {
        "delayed-retry-type": "all",
        "delayed-retry-min": retry.delay,
        "delayed-retry-max": retry.delayLimit,
    };
}

const noDelays: CompiledQueue = { queues: [], bindings: [], policies: [] };

/** The retry delay after each failed attempt except the last: the same delays as those of a broker with delayed retry. */
export function retryDelays(retry: Retry): readonly Duration[] {
    const failures = Array.from({ length: retry.attempts - 1 }, (_, index) => index + 1);
    return failures.map((count) => shorter(times(retry.delay, count), retry.delayLimit));
}

/**
 * One delay queue for each retry delay. The consumer publishes to the retry exchange with the routing key of the attempt. The message expires in
 * the delay queue, and the same exchange routes it back with the work queue's name as routing key.
 */
function delayQueues(work: WorkQueue, { vhost, retryExchange }: Declaration): CompiledQueue {
    const { retain } = work;
    const exchange = retryExchange.name;
    const steps = retryDelays(work.retry).map((ttl, index) => ({
        ttl,
        name: `${work.name}.retry.${index + 1}`,
        routingKey: `${work.name}.${index + 1}`,
    }));
    return {
        queues: steps.map(({ name }) => queue(vhost, name, "quorum", { retain, purpose: "delay" })),
        bindings: steps.map(({ name, routingKey }) => binding(vhost, exchange, name, routingKey)),
        policies: steps.map(({ name, ttl }) =>
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
            routingKeys: steps.map(({ routingKey }) => routingKey),
        },
    };
}
