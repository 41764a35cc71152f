import type { Exchange, InVhost, Queue } from "../model/index.ts";
import type { Comparison } from "../review/compare/comparison.ts";
import { quoted, quotedFirst } from "../text/names.ts";
import type { TopologyView } from "../view/topologyView.ts";
import type { Drain } from "./migration.ts";

interface QueueWay {
    readonly from: Queue;
    /** @default - nothing succeeds it */
    readonly to?: Queue;
    readonly holder?: InVhost;
    readonly drain: Drain;
    readonly comparison: Comparison;
}

/** What consumers and publishers of a queue notice, the most important first. */
export function queueNotes({ from, to, holder, drain, comparison }: QueueWay): readonly string[] {
    const { before, after } = comparison;
    if (from.type === "stream") {
        return [
            `A stream keeps its messages after they are read. They are not moved; it is deleted only with --discard ${from.name}.`,
            ...switchNotes(from, to, holder),
        ];
    }
    if (to === undefined) {
        return [
            "It is unbound first. Its consumers read it to its end, and it is deleted when it is empty.",
            ...nameSenders(from, before, "are unroutable after its deletion"),
        ];
    }
    const between = holder?.name ?? to.name;
    return [
        drain === "consumers" ? consumersMove(from, to, holder) : transferOrder(from),
        ...switchNotes(from, to, holder),
        ...(drain === "consumers" ? [] : transferNotes(from, to, comparison)),
        ...limitNotes(to, after),
        ...nameSenders(from, before, `must go to "${between}" during the migration`),
        ...[from, to]
            .filter(({ autoDelete }) => autoDelete)
            .slice(0, 1)
            .map(autoDeleteNote),
        ...(to.durable ? [] : [`"${to.name}" is not durable: its messages are lost if its node restarts.`]),
    ];
}

function consumersMove(from: Queue, to: Queue, holder: InVhost | undefined): string {
    const kept = "Nothing is moved, so order, delivery counts, headers, priorities and TTLs stay.";
    return holder === undefined
        ? `Its consumers read "${from.name}" to its end, and then read "${to.name}". ${kept}`
        : `Its consumers read "${from.name}" to its end, then "${holder.name}" to its end, and then "${to.name}" again. ${kept}`;
}

function transferOrder(from: Queue): string {
    const order =
        from.arguments["x-single-active-consumer"] === true
            ? "The single active consumer no longer promises the order of these messages: to keep it, choose --drain consumers."
            : "";
    return `Waiting messages are moved in their order. Messages that are published in the moment of a switch may overtake them. ${order}`.trim();
}

function switchNotes(from: Queue, to: Queue | undefined, holder: InVhost | undefined): readonly string[] {
    return to === undefined || to.vhost !== from.vhost
        ? []
        : [
              `At ${holder === undefined ? "the switch" : "each of two switches"} both queues are bound for a moment: messages that are published in it arrive twice.`,
          ];
}

/** What a message loses if a client consumes and publishes it again. */
function transferNotes(from: Queue, to: Queue, { before, after }: Comparison): readonly string[] {
    const ttl = before.settingOrDefault(from, "message-ttl");
    return [
        "Moved messages keep body, headers, properties and routing key. Their exchange is that of the migration, and a user-id is kept only if it is the user of the command.",
        ...(from.type === "quorum"
            ? [
                  "Their delivery counts begin again: a message that has failed before is tried as often as a new one.",
              ]
            : []),
        ...(ttl === undefined
            ? ["The TTL of a message that has one begins again."]
            : ["Their TTL begins again, whether the message or the queue has it."]),
        ...(hasPriorities(from, before) && !hasPriorities(to, after)
            ? [`"${to.name}" has no priorities: urgent messages no longer overtake others.`]
            : []),
    ];
}

function hasPriorities(queue: Queue, { version }: TopologyView): boolean {
    return queue.type === "classic"
        ? queue.arguments["x-max-priority"] !== undefined
        : queue.type === "quorum" && version.startsWith("4.");
}

function autoDeleteNote({ name }: Queue): string {
    return `"${name}" is deleted with its messages when its last consumer disconnects: keep one connected until the end.`;
}

function limitNotes(to: Queue, after: TopologyView): readonly string[] {
    const limits = ["max-length", "max-length-bytes"].filter((key) => after.number(to, key) !== undefined);
    if (limits.length === 0) {
        return [];
    }
    const overflow = after.settingOrDefault(to, "overflow");
    const limited = `"${to.name}" has ${limits.join(" and ")} and`;
    return overflow === "reject-publish" || overflow === "reject-publish-dlx"
        ? [
              `${limited} refuses messages at the limit: while messages are moved, publishers compete with them for the room that consumers make.`,
          ]
        : [`${limited} drops its oldest messages at the limit; the command refuses to move more than fits.`];
}

/** Messages that reach a queue by its name, through the default exchange, do not follow its bindings. */
function nameSenders(from: Queue, before: TopologyView, sentence: string): readonly string[] {
    const publishers = before.topology.services
        .filter(({ vhost, publishes, calls }) =>
            vhost === from.vhost
                ? [...publishes, ...calls].some(
                      ({ exchange, routingKey }) => exchange === "" && routingKey === from.name,
                  )
                : false,
        )
        .map(({ name }) => name);
    const sources = before.topology.queues
        .filter(
            (each) =>
                each.vhost === from.vhost &&
                each.arguments["x-dead-letter-exchange"] === "" &&
                each.arguments["x-dead-letter-routing-key"] === from.name,
        )
        .map(({ name }) => name);
    return [
        ...(publishers.length === 0
            ? []
            : [`Messages of ${quoted(publishers)} through the default exchange ${sentence}.`]),
        ...(sources.length === 0
            ? []
            : [
                  `Dead letters of ${quotedFirst(sources)} go to it by an argument, which cannot change: those that arrive while it does not exist are dropped.`,
              ]),
    ];
}

/** What publishers of an exchange notice. */
export function exchangeNotes({
    from,
    to,
    holder,
    comparison,
}: {
    readonly from: Exchange;
    readonly to?: Exchange;
    readonly holder?: InVhost;
    readonly comparison: Comparison;
}): readonly string[] {
    const { before } = comparison;
    if (to === undefined || holder === undefined) {
        return ["Publishers move to another exchange first. It is deleted when nothing is published to it."];
    }
    const byArgument = before.topology.queues
        .filter(
            ({ vhost, arguments: args }) =>
                vhost === from.vhost && args["x-dead-letter-exchange"] === from.name,
        )
        .map(({ name }) => name);
    const alternates = [
        ...new Set([from, to].flatMap((each) => each.arguments["alternate-exchange"] ?? [])),
    ].map(String);
    return [
        `"${holder.name}" has all bindings and is the alternate exchange, so every message finds its queues from the moment in which the new exchange exists.`,
        "Between deletion and declaration publishing fails (404) for a moment; publishers that use confirms publish again.",
        ...(hasTopicPermissions(from, before)
            ? [
                  "The broker deletes its topic permissions with it. They are declared again right after it; until then, its users may use every routing key.",
              ]
            : []),
        ...(byArgument.length === 0
            ? []
            : [
                  `Dead letters of ${quotedFirst(byArgument)} go to it by an argument, which cannot change: those of this moment are dropped.`,
              ]),
        ...(alternates.length === 0
            ? []
            : [
                  `The argument "alternate-exchange" wins over the policy of the migration: for a moment after the declaration, also in undo, messages go to ${quoted(alternates)}.`,
              ]),
    ];
}

function hasTopicPermissions({ vhost, name }: Exchange, { topology }: TopologyView): boolean {
    return topology.topicPermissions.some((each) => each.vhost === vhost && each.exchange === name);
}
