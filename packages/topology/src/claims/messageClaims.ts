import { type PriorityOrder, priorityIn, priorityOrder } from "../broker/messagePriority.ts";
import { type KnownVersion, type Queue, queueTypeNoun } from "../model/index.ts";
import type { DeadLetterHop } from "../routing/deadLetters.ts";
import type { EffectiveSettings } from "../settings/effective.ts";
import { quoted } from "../text/names.ts";
import { milliseconds as spanText } from "../text/units.ts";
import type { Claim, NoClaim } from "./claim.ts";

/** What is known of one queue. */
export interface ClaimedQueue {
    readonly queue: Queue;
    readonly settings: EffectiveSettings["settings"];
    /** `undefined` without a dead-letter exchange. */
    readonly hop: DeadLetterHop | undefined;
    /** The names of the bounded queues that nack new messages when they are full. */
    readonly refuses: (name: string) => boolean;
}

/** Whether a queue is bounded and nacks new messages when it is full. */
export function isRefusing(settings: EffectiveSettings["settings"]): boolean {
    const overflow = settings.value("overflow");
    return isBounded(settings) && typeof overflow === "string" && overflow.startsWith("reject-publish");
}

function isBounded(settings: EffectiveSettings["settings"]): boolean {
    return ["max-length", "max-length-bytes"].some((key) => typeof settings.value(key) === "number");
}

/**
 * What a full queue does.
 * @see https://www.rabbitmq.com/docs/maxlength#overflow-behaviour
 */
export function lengthClaims({ queue: { vhost, name }, settings, hop }: ClaimedQueue): readonly Claim[] {
    if (!isBounded(settings)) {
        return [];
    }
    const subject = { vhost, queue: name };
    const to = hop?.queues ?? [];
    return isRefusing(settings)
        ? [
              {
                  ...{ kind: "refusesWhenFull", ...subject },
                  sentence: `queue "${name}" nacks new messages when it is full, and keeps what it has`,
              },
          ]
        : [
              {
                  ...{ kind: "dropsOldest", ...subject, to },
                  sentence: `queue "${name}" removes its oldest message when it is full: ${destination(to)}`,
              },
          ];
}

/**
 * What happens to messages that no consumer processes.
 * @see https://www.rabbitmq.com/docs/dlx
 * @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering
 */
export function deadLetterClaims(claimed: ClaimedQueue): readonly Claim[] {
    const { queue, settings, hop, refuses } = claimed;
    const subject = { vhost: queue.vhost, queue: queue.name };
    const to = hop?.queues ?? [];
    const [ttl, limit] = [settings.value("message-ttl"), settings.value("delivery-limit")];
    const claims: Claim[] = [
        {
            ...{ kind: "deadLettersRejected", ...subject, to },
            sentence: `a message of queue "${queue.name}" that a consumer rejects is removed: ${destination(to)}`,
        },
    ];
    if (isAtLeastOnce(claimed) && to.some(refuses)) {
        claims.push({
            ...{ kind: "keepsDeadLetters", ...subject, to },
            sentence: `while ${quoted(to)} is full, the dead letters of queue "${queue.name}" wait there, and none is lost`,
        });
    }
    if (typeof ttl === "number") {
        claims.push({
            ...{ kind: "expires", ...subject, milliseconds: ttl, to },
            sentence: `a message that waits ${spanText(ttl)} in queue "${queue.name}" is removed within 1 second: ${destination(to)}`,
        });
    }
    if (queue.type === "quorum" && typeof limit === "number" && limit >= 0) {
        claims.push({
            ...{ kind: "limitsDeliveries", ...subject, limit, to },
            sentence: `a message of queue "${queue.name}" that is returned more than ${limit} times is removed: ${destination(to)}`,
        });
    }
    return claims;
}

/** Why a queue's dead letters can be lost. */
export function lostDeadLetters(claimed: ClaimedQueue): readonly NoClaim[] {
    const { queue, hop } = claimed;
    if (hop === undefined || isAtLeastOnce(claimed)) {
        return [];
    }
    const noun = `${queueTypeNoun(queue.type)} "${queue.name}"`;
    return [
        {
            vhost: queue.vhost,
            queue: queue.name,
            sentence: `${noun}: dead-letters at most once: while a dead-letter queue is full or unavailable, its dead letters are lost`,
        },
    ];
}

function isAtLeastOnce({ queue, settings }: ClaimedQueue): boolean {
    return queue.type === "quorum" && settings.value("dead-letter-strategy") === "at-least-once";
}

/**
 * The order of messages.
 * @see https://www.rabbitmq.com/docs/priority
 * @see https://www.rabbitmq.com/docs/consumers#single-active-consumer
 */
export function orderClaims({ queue }: ClaimedQueue, version: KnownVersion): readonly Claim[] {
    const subject = { vhost: queue.vhost, queue: queue.name };
    const order: PriorityOrder = priorityOrder(queue, version);
    const claims: Claim[] = [];
    if (order !== "none") {
        const normal = priorityIn(queue, undefined);
        claims.push({
            ...{ kind: "urgentFirst", ...subject, order, normal },
            // Below 4.3 a quorum queue has two levels, and 5 is the first urgent one.
            urgent: order === "shared" ? 5 : priorityIn(queue, normal + 4),
            sentence: `urgent first in queue "${queue.name}": ${order === "strict" ? "before all that wait" : "two urgent messages before each normal one"}`,
        });
    }
    if (queue.arguments["x-single-active-consumer"] === true) {
        const which = order === "none" ? "the order" : "the order of messages of one priority";
        claims.push({
            ...{ kind: "keepsOrder", ...subject },
            sentence: `queue "${queue.name}" keeps ${which} for its single active consumer`,
        });
    }
    return claims;
}

function destination(to: readonly string[]): string {
    return to.length === 0 ? "it is lost" : `it arrives in ${quoted(to)}`;
}
