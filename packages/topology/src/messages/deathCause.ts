import { featuresOf } from "../broker/features.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import { type Queue, type Topology } from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import type { EffectiveSetting } from "../settings/settings.ts";
import { quoted } from "../text/names.ts";
import { counted, formatCount, milliseconds, shownValue } from "../text/units.ts";
import { deliveries } from "../view/delivery.ts";
import type { MessageHistory, RecordedDeath } from "./messageHistory.ts";
import type { ParkedMessage } from "./parkedMessage.ts";

/** Every reason for which a message can be in a parking queue. */
export const parkingReasons = [
    "failed",
    "rejected",
    "expired",
    "delivery_limit",
    "maxlen",
    "unroutable",
    "unknown",
] as const;

/**
 * Why a message is in a parking queue. `failed`: its consumer published it there with an error. `unroutable`: no queue was bound
 * for it. `unknown`: nothing is recorded.
 */
export type ParkingReason = (typeof parkingReasons)[number];

/** Why a message is in a parking queue, with what decided it. */
export interface ParkingCause {
    readonly reason: ParkingReason;
    /** The queue in which it failed. @default - none, or unknown */
    readonly queue?: string;
    /** The service that failed: the one that wrote the error, or else the one that consumes the queue. @default - unknown */
    readonly service?: string;
    readonly release?: string;
    readonly errorType?: string;
    readonly error?: string;
    readonly attempts?: number;
    /** When it failed, in milliseconds since 1970. @default - unknown */
    readonly at?: number;
    /** The cause in one sentence. */
    readonly sentence: string;
    /** The settings that decided, each in words. Empty if the topology does not have the queue. */
    readonly settings: readonly string[];
}

/** Returns why a message was parked. */
export type CauseOf = (message: ParkedMessage, history: MessageHistory) => ParkingCause;

/** Makes the function that finds the causes. */
export function parkingCauses(topology: Topology): CauseOf {
    const { queueNamed, retryOf } = topologyIndex(topology);
    const settingsOf = effectiveSettings(topology);
    const deliver = deliveries(topology);
    // Before 4.3, each look at the parking queue counts too.
    const { countsOnlyFailures } = featuresOf(topology.brokerVersion);

    const consumersOf = (vhost: string, queue: string): readonly string[] =>
        topology.services
            .filter((each) => each.vhost === vhost && each.consumes.some((one) => one.queue === queue))
            .map(({ name }) => name);

    const settingText = (queue: Queue | undefined, ...keys: readonly string[]): readonly string[] =>
        queue === undefined
            ? []
            : keys.flatMap((key) => {
                  const setting = settingsOf(queue).settings.get(key);
                  return setting === undefined ? [] : [describeSetting(setting)];
              });

    const deadLettered = (
        message: ParkedMessage,
        death: RecordedDeath,
        history: MessageHistory,
    ): ParkingCause => {
        const { vhost } = message;
        const queue = queueNamed(vhost, death.queue);
        const consumers = consumersOf(vhost, death.queue);
        const common = {
            reason: death.reason,
            queue: death.queue,
            ...(consumers.length === 1 && { service: consumers[0] ?? "" }),
            ...(death.at !== undefined && { at: death.at }),
        };
        const value = (key: string): unknown =>
            queue === undefined ? undefined : settingsOf(queue).settings.value(key);
        switch (death.reason) {
            case "rejected":
                return {
                    ...common,
                    ...(countsOnlyFailures &&
                        history.deliveries !== undefined && { attempts: history.deliveries }),
                    sentence: `${consumerText(consumers)} rejected the message in queue "${death.queue}" without requeueing it`,
                    settings: settingText(queue, "dead-letter-exchange", "dead-letter-routing-key"),
                };
            case "expired": {
                const limit = value("message-ttl");
                const own = death.ownTtl;
                const isOwn = own !== undefined && !(typeof limit === "number" && limit < own);
                const ttl = isOwn ? own : limit;
                const after = typeof ttl === "number" ? ` after ${milliseconds(ttl)}` : "";
                const why = queue?.purpose === "delay" ? "" : ": no consumer took it in time";
                return {
                    ...common,
                    sentence: `the message expired in queue "${death.queue}"${after}${why}`,
                    settings: isOwn
                        ? [`its publisher set the expiration to ${milliseconds(own)}`]
                        : settingText(queue, "message-ttl"),
                };
            }
            case "delivery_limit": {
                const limit = value("delivery-limit");
                const times = typeof limit === "number" && limit >= 0 ? limit + 1 : undefined;
                return {
                    ...common,
                    ...(times !== undefined && { attempts: times }),
                    sentence:
                        `the message exceeded the delivery limit of queue "${death.queue}"` +
                        (times === undefined
                            ? ""
                            : `: it was delivered ${counted(times, "time")} and never acknowledged`) +
                        `; ${consumerText(consumers)} crashed, lost its connection, exceeded the consumer timeout or requeued it`,
                    settings: settingText(queue, "delivery-limit", "consumer-timeout"),
                };
            }
            case "maxlen": {
                const isRefusal = value("overflow") === "reject-publish-dlx";
                return {
                    ...common,
                    sentence: `queue "${death.queue}" was full: ${
                        isRefusal
                            ? "it refused the message and dead-lettered it"
                            : "the message was the oldest and was dropped from it"
                    }`,
                    settings: settingText(queue, "max-length", "max-length-bytes", "overflow"),
                };
            }
        }
    };

    const failed = (message: ParkedMessage, { failure = {} }: MessageHistory): ParkingCause => {
        const { vhost } = message;
        const { error, errorType, sourceQueue } = failure;
        // A consumer that publishes straight into the parking queue uses that queue's name as routing key.
        const isSource =
            message.routingKey !== message.queue && queueNamed(vhost, message.routingKey) !== undefined;
        const known = sourceQueue ?? (isSource ? message.routingKey : undefined);
        const consumers = known === undefined ? [] : consumersOf(vhost, known);
        const service = failure.service ?? (consumers.length === 1 ? consumers[0] : undefined);
        const retry = known === undefined ? undefined : retryOf(vhost, known);
        const attempts = failure.attempts === undefined ? "" : attemptText(failure.attempts, retry?.attempts);
        const what = [errorType, error].filter((each) => each !== undefined).join(": ");
        return {
            ...failure,
            reason: "failed",
            ...(known !== undefined && { queue: known }),
            ...(service !== undefined && { service }),
            ...(failure.failedAt !== undefined && { at: failure.failedAt }),
            sentence: `${service === undefined ? "its consumer" : `service "${service}"`} dead-lettered the message${
                known === undefined ? "" : ` from queue "${known}"`
            }${attempts}: ${what}`,
            settings:
                retry === undefined
                    ? []
                    : [`retry of queue "${known ?? ""}": ${counted(retry.attempts, "attempt")}`],
        };
    };

    const published = (message: ParkedMessage): ParkingCause => {
        const { vhost, exchange, routingKey, queue, headers } = message;
        const to = `exchange "${exchange}"`;
        const exists =
            exchange === "" ||
            topology.exchanges.some((each) => each.vhost === vhost && each.name === exchange);
        const routing = deliver({ vhost, exchange, routingKey, headers: plainHeaders(headers) });
        const viaAlternate = routing.paths.some(
            (path) => path.queue === queue && path.hops.some(({ via }) => via === "alternate"),
        );
        if (exchange !== "" && (viaAlternate || (!routing.queues.includes(queue) && exists))) {
            const alternate = topology.exchanges.find(
                (each) => each.vhost === vhost && each.name === exchange,
            );
            return {
                reason: "unroutable",
                sentence: `no queue was bound to ${to} for the routing key "${routingKey}"`,
                settings:
                    alternate === undefined
                        ? []
                        : settingTexts(settingsOf(alternate).settings.get("alternate-exchange")),
            };
        }
        return {
            reason: "unknown",
            sentence: `nothing is recorded: a program published the message with routing key "${routingKey}" to ${
                exchange === "" ? "the default exchange" : to
            }, which routes it here`,
            settings: [],
        };
    };

    return (message, history) => {
        const death = history.deaths.at(-1);
        const { failure } = history;
        // A failure header can be older than the last dead-lettering, if a message was sent back with its headers.
        const isFailure =
            failure !== undefined &&
            (death?.at === undefined || failure.failedAt === undefined || death.at <= failure.failedAt);
        return isFailure
            ? failed(message, history)
            : death !== undefined
              ? deadLettered(message, death, history)
              : published(message);
    };
}

function consumerText(consumers: readonly string[]): string {
    return consumers.length === 0
        ? "a consumer"
        : `${consumers.length === 1 ? "service" : "one of the services"} ${quoted(consumers)}`;
}

function attemptText(attempts: number, of: number | undefined): string {
    return of === undefined || attempts > of
        ? ` after ${counted(attempts, "attempt")}`
        : attempts === of
          ? ` after its last attempt (${formatCount(attempts)} of ${formatCount(of)})`
          : ` in attempt ${formatCount(attempts)} of ${formatCount(of)}, without further attempts`;
}

function settingTexts(setting: EffectiveSetting | undefined): readonly string[] {
    return setting === undefined ? [] : [describeSetting(setting)];
}

/** `message-ttl 30 seconds (policy "queue.orders")` */
function describeSetting({ key, value, origin, policy }: EffectiveSetting): string {
    const isTime = key === "message-ttl" || key === "consumer-timeout";
    const shown = isTime ? milliseconds(value) : shownValue(value);
    return `${key} ${shown} (${policy === undefined ? origin : `${origin} "${policy}"`})`;
}

/** The headers with simple values, which a headers exchange can compare. */
function plainHeaders(
    headers: ParkedMessage["headers"],
): Readonly<Record<string, string | number | boolean>> {
    return Object.fromEntries(
        Object.entries(headers).filter((entry): entry is [string, string | number | boolean] =>
            ["string", "number", "boolean"].includes(typeof entry[1]),
        ),
    );
}
