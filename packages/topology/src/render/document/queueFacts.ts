import { featuresOf } from "../../broker/features.ts";
import { retryDelays } from "../../compile/workQueue.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import {
    type ArgumentValue,
    formatDuration,
    parseDuration,
    type Queue,
    type RetryRoute,
    type Topology,
} from "../../model/index.ts";
import { identities } from "../../review/compare/canonical.ts";
import { type DeadLetterHop, deadLetterHops } from "../../routing/deadLetters.ts";
import { type Router, router } from "../../routing/routing.ts";
import { effectiveSettings } from "../../settings/effective.ts";
import { age, byteSize, counted, formatCount, milliseconds, shownValue } from "../../text/units.ts";

/** The facts about one queue for reviewers, in words. `undefined` for a fact that does not apply. */
export interface QueueFacts {
    readonly bound?: string;
    /** What happens to new messages when the limit is reached. */
    readonly whenFull?: string;
    readonly ttl?: string;
    /** How failed messages are retried. */
    readonly retry?: string;
    /** The maximum number of deliveries, for a queue without a declared retry. */
    readonly deliveries?: string;
    readonly consumerTimeout?: string;
    readonly priorities?: string;
    readonly deadLetters?: DeadLetterHop;
}

/** Creates the function that finds the facts about a topology's queues. */
export function queueFacts(topology: Topology): (queue: Queue) => QueueFacts {
    const route = router(topology);
    const settingsOf = effectiveSettings(topology);
    const deadLettersOf = deadLetterHops(topology);
    const urgent = urgentQueues(topology, route);
    const settingOf = (queue: Queue): Setting => {
        const { settings } = settingsOf(queue);
        return (key) => settings.value(key);
    };
    const waitsOf = retryWaits(topology, route, settingOf);
    return (queue) => {
        const setting = settingOf(queue);
        return {
            ...defined("bound", boundOf(setting)),
            ...defined("whenFull", queue.type === "stream" ? undefined : whenFull(setting)),
            ...defined("ttl", ttlOf(queue, setting)),
            ...attemptsOf(topology, queue, setting, waitsOf),
            ...defined("consumerTimeout", inWords(setting("consumer-timeout"), milliseconds)),
            ...defined("priorities", prioritiesOf(topology, queue, setting, urgent)),
            ...defined("deadLetters", deadLettersOf(queue)),
        };
    };
}

type Setting = (key: string) => ArgumentValue | undefined;

function defined<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
    return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: T }); // a computed key widens to string
}

function inWords(
    value: ArgumentValue | undefined,
    words: (value: ArgumentValue) => string,
): string | undefined {
    return value === undefined ? undefined : words(value);
}

function boundOf(setting: Setting): string | undefined {
    const messages = setting("max-length");
    const size = setting("max-length-bytes");
    const parts = [
        typeof messages === "number" ? counted(messages, "message") : inWords(messages, shownValue),
        inWords(size, byteSize),
    ].filter((each) => each !== undefined);
    return parts.length === 0 ? undefined : parts.join(", ");
}

/**
 * The broker's default is `drop-head`.
 * @see https://www.rabbitmq.com/docs/maxlength#overflow-behaviour
 */
function whenFull(setting: Setting): string | undefined {
    if (setting("max-length") === undefined && setting("max-length-bytes") === undefined) {
        return undefined;
    }
    const dead = setting("dead-letter-exchange") !== undefined;
    const overflow = setting("overflow");
    if (overflow === "reject-publish-dlx" && dead) {
        return "rejects and dead-letters new messages";
    }
    if (overflow === "reject-publish" || overflow === "reject-publish-dlx") {
        return "rejects new messages";
    }
    return dead ? "dead-letters the oldest" : "drops the oldest";
}

function ttlOf(queue: Queue, setting: Setting): string | undefined {
    return queue.type === "stream"
        ? inWords(setting("max-age"), age)
        : inWords(setting("message-ttl"), milliseconds);
}

function attemptsOf(
    topology: Topology,
    queue: Queue,
    setting: Setting,
    waitsOf: (queue: Queue, retry: RetryRoute) => readonly string[],
): Pick<QueueFacts, "retry" | "deliveries"> {
    const retry = topologyIndex(topology).retryOf(queue.vhost, queue.name);
    if (retry !== undefined) {
        const waits = waitsOf(queue, retry);
        const attempts = counted(retry.attempts, "attempt");
        return { retry: waits.length === 0 ? attempts : `${attempts}, after ${delayList(waits)}` };
    }
    const limit = setting("delivery-limit");
    if (typeof limit !== "number") {
        return {};
    }
    return { deliveries: limit < 0 ? "any number" : formatCount(limit + 1) };
}

/** Creates the function that lists the delays before each retry. */
function retryWaits(
    topology: Topology,
    route: Router,
    settingOf: (queue: Queue) => Setting,
): (queue: Queue, retry: RetryRoute) => readonly string[] {
    const queues = new Map(topology.queues.map((each) => [identities.queues(each), each]));
    return (queue, retry) => {
        if (retry.mode === "broker") {
            const [delay, delayLimit] = ["delayed-retry-min", "delayed-retry-max"].map((key) =>
                parseDuration(`${Number(settingOf(queue)(key))} milliseconds`),
            );
            return delay === undefined || delayLimit === undefined
                ? []
                : retryDelays({ attempts: retry.attempts, delay, delayLimit }).map(formatDuration);
        }
        return retry.routingKeys.map((routingKey) => {
            const [name = ""] = route({ vhost: queue.vhost, exchange: retry.exchange, routingKey });
            const delay = queues.get(identities.queues({ vhost: queue.vhost, name }));
            const ttl = delay === undefined ? undefined : settingOf(delay)("message-ttl");
            return ttl === undefined ? "no delay" : milliseconds(ttl);
        });
    };
}

const stepsShown = 5;

/** `2, 4, 6, 8 seconds`. A long list shows its first delays and the last. */
function delayList(waits: readonly string[]): string {
    const shown =
        waits.length > stepsShown ? [...waits.slice(0, stepsShown - 1), "…", ...waits.slice(-1)] : waits;
    const units = new Set(waits.map((each) => each.replace(/^\d+ /u, "").replace(/s$/u, "")));
    const [last = ""] = shown.slice(-1);
    const amounts =
        units.size === 1 ? shown.slice(0, -1).map((each) => each.replace(/ .*$/u, "")) : shown.slice(0, -1);
    return [...amounts, last].join(", ").replace(", …, ", " … ");
}

/** The queues that an urgent message can reach. Other queues have priorities that no publisher uses. */
function urgentQueues(topology: Topology, route: Router): ReadonlySet<string> {
    return new Set(
        topology.services.flatMap(({ vhost, publishes }) =>
            publishes
                .filter(({ urgency }) => urgency)
                .flatMap(({ exchange, routingKey }) => route({ vhost, exchange, routingKey }))
                .map((name) => identities.queues({ vhost, name })),
        ),
    );
}

function prioritiesOf(
    topology: Topology,
    queue: Queue,
    setting: Setting,
    urgent: ReadonlySet<string>,
): string | undefined {
    const levels = setting("max-priority");
    if (queue.type === "classic" && typeof levels === "number") {
        return `0 to ${formatCount(levels)}`;
    }
    if (queue.type !== "quorum" || !urgent.has(identities.queues(queue))) {
        return undefined;
    }
    const { priorities } = featuresOf(topology.brokerVersion);
    return `urgent (${priorities.urgent}) before normal (${priorities.normal})`;
}
