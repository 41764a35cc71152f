import { type Duration, formatDuration } from "../../model/index.ts";
import { messagesOf, type QueueNumbers } from "../../readings/queueNumbers.ts";
import { counted, formatCount } from "../../text/units.ts";
import type { SettingChange } from "../compare/settings/settingsDiff.ts";
import { settingLabel, settingText } from "../compare/settings/settingText.ts";
import type { QueueImpact, QueueImpactKind } from "./queueImpact.ts";

/** What a change would do to one queue of a live broker if it were applied now. */
export interface LiveQueue extends QueueNumbers {
    readonly impacts: readonly QueueImpactKind[];
    /** Whether the broker has this queue. */
    readonly exists: boolean;
    /** How many of its messages would be lost. @default - unknown */
    readonly lostMessages?: number;
    /** How many messages, and why: `40,000 messages (1.2 GiB), 12 of them unacknowledged: all are lost`. */
    readonly text: string;
}

interface Measurement {
    readonly lostMessages: number | undefined;
    readonly text: string;
}

/** Combines all impacts of one change on one queue. The worst one counts, because a message is lost only once. */
export function liveQueue(all: readonly QueueImpact[], numbers: QueueNumbers, now: number): LiveQueue {
    const impacts = decisiveImpacts(all);
    const measured = impacts.map((impact) => measure(impact, numbers, now));
    const known = measured.flatMap(({ lostMessages }) => (lostMessages === undefined ? [] : [lostMessages]));
    const total = messagesOf(numbers);
    const worst = Math.max(0, ...known);
    // If all messages are lost anyway, an impact without a number does not matter.
    const isKnown = known.length === measured.length || (total !== undefined && worst === total);
    return {
        ...numbers,
        impacts: [...new Set(impacts.map(({ kind }) => kind))],
        exists: true,
        ...(isKnown && { lostMessages: worst }),
        text: [...new Set(measured.map(({ text }) => text))].join("; "),
    };
}

/** A queue that the topology has, but not the broker. */
export function missingQueue(impacts: readonly QueueImpact[], vhost: string, name: string): LiveQueue {
    const kinds = [...new Set(decisiveImpacts(impacts).map(({ kind }) => kind))];
    return {
        vhost,
        name,
        impacts: kinds,
        exists: false,
        lostMessages: 0,
        text: "the broker has no such queue",
    };
}

/** If a queue is deleted, its other impacts do not matter. */
function decisiveImpacts(impacts: readonly QueueImpact[]): readonly QueueImpact[] {
    const deletions = impacts.filter(({ kind }) => kind === "deleted");
    return deletions.length > 0 ? deletions : impacts;
}

function measure(impact: QueueImpact, numbers: QueueNumbers, now: number): Measurement {
    switch (impact.kind) {
        case "deleted":
            return deleted(numbers);
        case "unused":
            return unused(impact, numbers);
        case "bounded":
            return bounded(impact, numbers);
        case "expiring":
            return { lostMessages: 0, text: expiring(impact, numbers, now) };
        case "truncated":
            return {
                lostMessages: undefined,
                text: `holds ${contentText(numbers)}; how many of them are older is unknown`,
            };
        case "unrouted":
            return { lostMessages: 0, text: unrouted(numbers) };
        case "exposed":
            return { lostMessages: 0, text: `holds ${contentText(numbers)}` };
    }
}

function deleted(numbers: QueueNumbers): Measurement {
    const lostMessages = messagesOf(numbers);
    if (lostMessages === undefined) {
        return {
            lostMessages,
            text: "the number of lost messages is unknown: the broker has no numbers for this queue",
        };
    }
    return {
        lostMessages,
        text:
            lostMessages === 0
                ? "is empty"
                : `${contentText(numbers)}: ${lostMessages === 1 ? "it is lost" : "all are lost"}`,
    };
}

/** A queue with a consumer is in use and does not expire. */
function unused(impact: QueueImpact, numbers: QueueNumbers): Measurement {
    const { consumers } = numbers;
    const [limit] = impact.settings;
    const after = limit === undefined ? "a while" : settingText(limit.key, limit.after);
    if (consumers === undefined) {
        return { lostMessages: undefined, text: "whether it has consumers is unknown" };
    }
    if (consumers > 0) {
        return { lostMessages: 0, text: `in use by ${counted(consumers, "consumer")}` };
    }
    const lostMessages = messagesOf(numbers);
    return {
        lostMessages,
        text: `has no consumers and holds ${contentText(numbers)}: it is deleted after ${after}`,
    };
}

/** Only ready messages count toward a length limit. */
function bounded(impact: QueueImpact, numbers: QueueNumbers): Measurement {
    const over = impact.settings.map((setting) => ({ setting, count: surplus(setting, numbers) }));
    if (over.length === 0 || over.some(({ count }) => count === undefined)) {
        return {
            lostMessages: impact.losesMessages ? undefined : 0,
            text: "the number of messages above the new limit is unknown",
        };
    }
    const worst = over.reduce((most, each) => ((each.count ?? 0) > (most.count ?? 0) ? each : most));
    const count = worst.count ?? 0;
    if (count === 0) {
        return { lostMessages: 0, text: `holds ${contentText(numbers)}, which is within the new limit` };
    }
    const about = worst.setting.key === "max-length-bytes" ? "about " : "";
    const label = `${settingLabel(worst.setting.key)} of ${settingText(worst.setting.key, worst.setting.after)}`;
    const ready = formatCount(numbers.ready ?? 0);
    const { unacknowledged = 0 } = numbers;
    const following =
        unacknowledged === 0
            ? ""
            : `, and so are those of the ${formatCount(unacknowledged)} unacknowledged messages that are requeued`;
    const fate = impact.losesMessages ? ` and are lost immediately${following}` : "";
    return {
        lostMessages: impact.losesMessages ? count : 0,
        text: `${about}${formatCount(count)} of ${ready} ready messages are above the new ${label}${fate}`,
    };
}

/** For a limit in bytes, the number of messages is estimated from their average size. */
function surplus({ key, after }: SettingChange, { ready, bytesReady }: QueueNumbers): number | undefined {
    if (typeof after !== "number" || ready === undefined) {
        return undefined;
    }
    if (key === "max-length") {
        return Math.max(0, ready - after);
    }
    if (bytesReady === undefined) {
        return undefined;
    }
    return bytesReady <= after ? 0 : Math.ceil((ready * (bytesReady - after)) / bytesReady);
}

/** Messages in the queue keep their old TTL, so none expires immediately. What matters is how long messages wait. */
function expiring(impact: QueueImpact, numbers: QueueNumbers, now: number): string {
    const { consumers, ready, headAt } = numbers;
    const [limit] = impact.settings;
    const ttl = typeof limit?.after === "number" ? limit.after : undefined;
    if (consumers === 0) {
        return `has no consumers: all new messages, ${rateText(numbers)}, expire; the ${contentText(numbers)} in it keep their old TTL`;
    }
    if (ready === 0) {
        return `its consumers keep up: no messages wait, ${rateText(numbers)}`;
    }
    const waited = headAt === undefined ? undefined : Math.max(0, now - headAt);
    if (waited === undefined || ttl === undefined) {
        return `holds ${contentText(numbers)}; how long they wait is unknown`;
    }
    const age = formatDuration((Math.floor(waited / 1_000) * 1_000) as Duration); // whole seconds in milliseconds
    return waited > ttl
        ? `its oldest message has waited ${age}, longer than the new TTL: at this pace new messages, ${rateText(numbers)}, expire`
        : `its oldest message has waited ${age}, less than the new TTL`;
}

/** The broker counts the messages that arrive in a queue, but not by routing key. */
function unrouted(numbers: QueueNumbers): string {
    const { publishRate } = numbers;
    return publishRate === undefined
        ? "the number of messages that arrive in it is unknown"
        : publishRate === 0
          ? "no messages arrive in it at present"
          : `up to ${perSecond(publishRate)} would no longer reach it`;
}

function contentText(numbers: QueueNumbers): string {
    const total = messagesOf(numbers);
    if (total === undefined) {
        return "an unknown number of messages";
    }
    const { unacknowledged = 0, bytes } = numbers;
    const size = bytes === undefined || total === 0 ? "" : ` (${roughBytes(bytes)})`;
    const busy = unacknowledged === 0 ? "" : `, ${formatCount(unacknowledged)} of them unacknowledged`;
    return `${counted(total, "message")}${size}${busy}`;
}

function rateText({ publishRate }: QueueNumbers): string {
    return publishRate === undefined ? "at an unknown rate" : `at present ${perSecond(publishRate)}`;
}

/** `12.5 messages a second` */
export function perSecond(rate: number): string {
    return `${counted(Math.round(rate * 10) / 10, "message")} a second`;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1.2 GiB`: rounded, for amounts that change all the time. */
export function roughBytes(amount: number): string {
    let size = amount;
    let unit = 0;
    for (; size >= 1_024 && unit < units.length - 1; unit++) {
        size /= 1_024;
    }
    return `${formatCount(unit === 0 ? size : Math.round(size * 10) / 10)} ${units[unit] ?? "bytes"}`;
}
