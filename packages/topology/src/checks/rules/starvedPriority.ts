import { featuresOf } from "../../broker/features.ts";
import { priorityIn, priorityOrder } from "../../broker/messagePriority.ts";
import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { milliseconds } from "../../text/units.ts";
import type { SentMessage } from "../../view/messageFlows.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule, Problem } from "../rule.ts";

type Priorities = Readonly<Record<"normal" | "urgent", number>>;

/** A message with the priorities that a queue gives it. */
interface RankedMessage extends SentMessage {
    readonly lowest: number;
    readonly highest: number;
}

export const starvedPriority: CheckRule = {
    id: "starvedPriority",
    severity: "warning",
    reason: "A queue with strict priorities delivers no message while one with a higher priority is ready: if those arrive as fast as they are consumed, messages of other publishers wait without limit, and some are lost.",
    fix: "Give the messages with the higher priority a queue of their own, or limit their rate.",
    invariants: ["supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#priorities",
    check: (view) => {
        const { priorities } = featuresOf(view.version);
        return view.topology.queues
            .filter((queue) => priorityOrder(queue, view.version) === "strict")
            .flatMap((queue) => starvation(view, queue, priorities));
    },
};

function starvation(view: TopologyView, queue: Queue, priorities: Priorities): readonly Problem[] {
    const messages = view.messageFlows
        .messagesTo(queue)
        .map((message) => rankedMessage(queue, message, priorities));
    const top = Math.max(...messages.map(({ highest }) => highest));
    const preferred = messages.filter(({ highest }) => highest === top);
    const waiting = messages.filter(({ lowest }) => lowest < top);
    if (waiting.length === 0) {
        return [];
    }
    const losses = [expiry(view, queue, waiting), overflow(view, queue, top)].filter(
        (loss) => loss !== undefined,
    );
    const isLost = losses.length > 0 && view.deadLetters(queue) === undefined;
    // A publisher that marks some of its own messages as urgent wants them first: only the messages of others, and losses, are a surprise.
    if (!isLost && waiting.every((message) => preferred.includes(message))) {
        return [];
    }
    return [
        {
            ...(!isLost && { severity: "note" as const }),
            place: queuePlace(queue),
            message: [
                `delivers priority ${top} (${sendersOf(preferred)}) first, so priority ${prioritiesOf(waiting, top)} (${sendersOf(waiting)}) waits without limit`,
                ...losses,
            ].join(", "),
            fix: `give priority ${top} its own queue`,
        },
    ];
}

/** A publisher that may mark a message as urgent sends both priorities; all others send none. */
function rankedMessage(queue: Queue, message: SentMessage, { normal, urgent }: Priorities): RankedMessage {
    const isUrgent = message.publication?.urgency === true;
    return {
        ...message,
        lowest: priorityIn(queue, isUrgent ? normal : undefined),
        highest: priorityIn(queue, isUrgent ? urgent : undefined),
    };
}

/** A classic queue expires messages at its head only, where the messages with the highest priority are. */
function expiry(
    { number, deadLetters }: TopologyView,
    queue: Queue,
    waiting: readonly RankedMessage[],
): string | undefined {
    const spans = [
        number(queue, "message-ttl"),
        ...waiting.map(({ publication }) => publication?.expiration),
    ].filter((span) => span !== undefined);
    if (queue.type === "classic" || spans.length === 0) {
        return undefined;
    }
    const fate = deadLetters(queue) === undefined ? "lost" : "dead-lettered";
    return `and expires after ${milliseconds(Math.min(...spans))} (${fate})`;
}

/** Both queue types drop at their head, where the messages with the highest priority are. */
function overflow(
    { isBounded, settingOrDefault, deadLetters }: TopologyView,
    queue: Queue,
    top: number,
): string | undefined {
    return isBounded(queue) && settingOrDefault(queue, "overflow") === "drop-head"
        ? `and overflow ${deadLetters(queue) === undefined ? "drops" : "dead-letters"} priority ${top} first`
        : undefined;
}

function prioritiesOf(messages: readonly RankedMessage[], top: number): string {
    const levels = messages.flatMap(({ lowest, highest }) => [lowest, highest]);
    return [...new Set(levels)]
        .filter((level) => level < top)
        .toSorted((a, b) => b - a)
        .join(" and ");
}

function sendersOf(messages: readonly SentMessage[]): string {
    return [...new Set(messages.map(({ service, message }) => `"${message}" of "${service.name}"`))]
        .toSorted()
        .join(", ");
}
