import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Topology } from "../model/index.ts";
import type { QueueNumbers } from "../readings/queueNumbers.ts";
import { routes } from "../routing/routing.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { quoted } from "../text/names.ts";
import { counted, formatCount } from "../text/units.ts";
import type { ParkingCause } from "./deathCause.ts";
import type { MessageHistory } from "./messageHistory.ts";
import type { ParkedMessage } from "./parkedMessage.ts";
import { mayPublish, type RedriveTarget, redriveTarget } from "./redriveTarget.ts";

/** What is known about sending a message back now. */
export interface RedriveOutlook {
    /** `refused`: it cannot be sent back. `fails`: it would probably be parked again. `waits`: it would not be consumed. */
    readonly verdict: "refused" | "fails" | "waits" | "open";
    /** In sentences. */
    readonly reasons: readonly string[];
    /** @default - it is unknown where it came from */
    readonly target?: RedriveTarget;
}

/** What the broker says at this moment. */
export interface LiveQueues {
    /** The user that would send messages back. */
    readonly user: string;
    /** A queue's numbers. @default - the broker has no numbers of the queue */
    readonly numbersOf: (queue: string) => QueueNumbers | undefined;
}

/** Whether sending a message back now would fail again, as far as the topology, its history and the live broker show. */
export function redriveOutlook(
    topology: Topology,
    message: ParkedMessage,
    history: MessageHistory,
    cause: ParkingCause,
    live: LiveQueues,
): RedriveOutlook {
    const target = redriveTarget(topology, message, cause);
    if (typeof target === "string") {
        return { verdict: "refused", reasons: [target] };
    }
    const refusals = refusalsOf(topology, message.vhost, target, live);
    const failures = failuresOf(message, history, cause);
    const waits = waitsOf(topology, message.vhost, target, live);
    const reasons = [...refusals, ...failures, ...waits];
    return {
        verdict:
            refusals.length > 0
                ? "refused"
                : failures.length > 0
                  ? "fails"
                  : waits.length > 0
                    ? "waits"
                    : "open",
        reasons: reasons.length > 0 ? reasons : [openText(cause)],
        target,
    };
}

/** Why the broker would refuse a message that is published to a target. */
export function refusalsOf(
    topology: Topology,
    vhost: string,
    target: RedriveTarget,
    { user, numbersOf }: LiveQueues,
): readonly string[] {
    const { exchange, routingKey, queue } = target;
    const to = exchange === "" ? "the default exchange" : `exchange "${exchange}"`;
    const { queues } = routes(topology)({ vhost, exchange, routingKey });
    const arrives = queue === undefined ? queues.length > 0 : queues.includes(queue);
    const object = queue === undefined ? undefined : topologyIndex(topology).queueNamed(vhost, queue);
    const settings = object === undefined ? undefined : effectiveSettings(topology)(object).settings;
    const limit = settings?.value("max-length");
    const ready = queue === undefined ? undefined : numbersOf(queue)?.ready;
    const isFull =
        typeof limit === "number" &&
        ready !== undefined &&
        ready >= limit &&
        ["reject-publish", "reject-publish-dlx"].some((each) => each === settings?.value("overflow"));
    return [
        ...(arrives
            ? []
            : [
                  `${to} routes "${routingKey}" ${queue === undefined ? "to no queue" : `not to queue "${queue}"`}; bind the queue first, or name a queue with --to`,
              ]),
        ...(mayPublish(topology, user, vhost, target) === false
            ? [`user "${user}" may not publish "${routingKey}" to ${to}`]
            : []),
        ...(isFull
            ? [`queue "${queue ?? ""}" is full (${formatCount(ready)} messages) and refuses messages`]
            : []),
    ];
}

function failuresOf(
    { isValidJson, properties }: ParkedMessage,
    { redrives }: MessageHistory,
    { reason, attempts }: ParkingCause,
): readonly string[] {
    const repeated = redrives.length;
    return [
        ...(isValidJson === false
            ? [
                  `its body is not the ${properties.contentType ?? "JSON"} that its content type promises, so no consumer can read it`,
              ]
            : []),
        ...(repeated > 0 ? [`it was sent back ${counted(repeated, "time")} before and failed again`] : []),
        ...(reason === "failed" && attempts === 1
            ? [
                  "the service did not try a second time: it considers the failure permanent; send it back only after a new release",
              ]
            : []),
    ];
}

function waitsOf(
    topology: Topology,
    vhost: string,
    { exchange, routingKey, queue }: RedriveTarget,
    { numbersOf }: LiveQueues,
): readonly string[] {
    const queues = queue === undefined ? routes(topology)({ vhost, exchange, routingKey }).queues : [queue];
    const idle = queues.filter((name) => numbersOf(name)?.consumers === 0);
    return idle.length === 0
        ? []
        : [
              `${idle.length === 1 ? "queue" : "queues"} ${quoted(idle)} ${idle.length === 1 ? "has" : "have"} no consumer: it would wait there`,
          ];
}

function openText({ reason }: ParkingCause): string {
    switch (reason) {
        case "expired":
            return "a consumer is present, so it is consumed before it expires again unless the queue is long";
        case "maxlen":
            return "the queue has room now";
        case "unroutable":
            return "a queue is bound now";
        case "delivery_limit":
            return "a consumer is present; if the message itself makes it crash, it fails again";
        case "failed":
        case "rejected":
            return "a consumer is present; whether it accepts the message now depends on what it rejected it for";
        case "unknown":
            return "a consumer is present";
    }
}
