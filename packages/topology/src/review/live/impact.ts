import { type Duration, formatDuration } from "../../model/index.ts";
import { messagesOf, type QueueNumbers } from "../../readings/queueNumbers.ts";
import { counted, formatCount } from "../../text/units.ts";
import type { SettingChange } from "../compare/settings/settingsDiff.ts";
import { settingLabel, settingText } from "../compare/settings/settingText.ts";
import type { QueueImpact, QueueImpactKind } from "./queueImpact.ts";

/** What a change would do to one queue of a live broker, if it were applied now. */
export interface LiveQueue extends QueueNumbers {
    readonly hits: readonly QueueImpactKind[];
    /** Whether the broker has it at all. */
    readonly exists: boolean;
    /** Messages in it that would die. @default - nobody can tell */
    readonly dying?: number;
    /** How many messages, and why: `40,000 messages die with it, 12 of them unacknowledged (1.2 GiB)`. */
    readonly text: string;
}

interface Judgement {
    readonly dying: number | undefined;
    readonly text: string;
}

/** What all the hits of one change come to on one queue; the worst of them counts, as messages die only once. */
export function impact(all: readonly QueueImpact[], numbers: QueueNumbers, now: number): LiveQueue {
    const hits = decisive(all);
    const judged = hits.map((hit) => judge(hit, numbers, now));
    const known = judged.flatMap(({ dying }) => (dying === undefined ? [] : [dying]));
    const total = messagesOf(numbers);
    const worst = Math.max(0, ...known);
    // Where everything dies anyway, it does not matter that another hit could not be counted.
    const isKnown = known.length === judged.length || (total !== undefined && worst === total);
    return {
        ...numbers,
        hits: [...new Set(hits.map(({ kind }) => kind))],
        exists: true,
        ...(isKnown && { dying: worst }),
        text: [...new Set(judged.map(({ text }) => text))].join("; "),
    };
}

/** A queue that the topology has and the broker has not. */
export function absent(hits: readonly QueueImpact[], vhost: string, name: string): LiveQueue {
    const kinds = [...new Set(decisive(hits).map(({ kind }) => kind))];
    return { vhost, name, hits: kinds, exists: false, dying: 0, text: "the broker has no such queue" };
}

/** What goes with everything in it suffers nothing else. */
function decisive(hits: readonly QueueImpact[]): readonly QueueImpact[] {
    const deletions = hits.filter(({ kind }) => kind === "deleted");
    return deletions.length > 0 ? deletions : hits;
}

function judge(hit: QueueImpact, numbers: QueueNumbers, now: number): Judgement {
    switch (hit.kind) {
        case "deleted":
            return deleted(numbers);
        case "unused":
            return unused(hit, numbers);
        case "bounded":
            return bounded(hit, numbers);
        case "expiring":
            return { dying: 0, text: expiring(hit, numbers, now) };
        case "truncated":
            return {
                dying: undefined,
                text: `holds ${held(numbers)}; how many of them are older is unknown`,
            };
        case "unrouted":
            return { dying: 0, text: unrouted(numbers) };
        case "exposed":
            return { dying: 0, text: `holds ${held(numbers)}` };
    }
}

function deleted(numbers: QueueNumbers): Judgement {
    const dying = messagesOf(numbers);
    if (dying === undefined) {
        return {
            dying,
            text: "how many messages die with it is unknown: the broker has no numbers of it now",
        };
    }
    return {
        dying,
        text:
            dying === 0 ? "it is empty" : `${held(numbers)}: ${dying === 1 ? "it dies" : "all die"} with it`,
    };
}

/** A queue that is consumed is in use, and stays. */
function unused(hit: QueueImpact, numbers: QueueNumbers): Judgement {
    const { consumers } = numbers;
    const [limit] = hit.settings;
    const after = limit === undefined ? "a while" : settingText(limit.key, limit.after);
    if (consumers === undefined) {
        return { dying: undefined, text: "whether anybody uses it is unknown" };
    }
    if (consumers > 0) {
        return { dying: 0, text: `in use by ${counted(consumers, "consumer")}` };
    }
    const dying = messagesOf(numbers);
    return { dying, text: `holds ${held(numbers)} and nobody consumes it: it is deleted after ${after}` };
}

/** The broker counts what is ready, and only that. */
function bounded(hit: QueueImpact, numbers: QueueNumbers): Judgement {
    const over = hit.settings.map((setting) => ({ setting, count: surplus(setting, numbers) }));
    if (over.length === 0 || over.some(({ count }) => count === undefined)) {
        return {
            dying: hit.losesMessages ? undefined : 0,
            text: "how many messages are above the new limit is unknown",
        };
    }
    const worst = over.reduce((most, each) => ((each.count ?? 0) > (most.count ?? 0) ? each : most));
    const count = worst.count ?? 0;
    if (count === 0) {
        return { dying: 0, text: `holds ${held(numbers)}, which is within the new limit` };
    }
    const about = worst.setting.key === "max-length-bytes" ? "about " : "";
    const label = `${settingLabel(worst.setting.key)} of ${settingText(worst.setting.key, worst.setting.after)}`;
    const ready = formatCount(numbers.ready ?? 0);
    const { unacknowledged = 0 } = numbers;
    const following =
        unacknowledged === 0
            ? ""
            : `, and so do those of the ${formatCount(unacknowledged)} unacknowledged that come back`;
    const fate = hit.losesMessages ? ` and die at once${following}` : "";
    return {
        dying: hit.losesMessages ? count : 0,
        text: `${about}${formatCount(count)} of ${ready} ready messages are above the new ${label}${fate}`,
    };
}

/** A limit in bytes is judged by the average size of a message. */
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

/** What lies in the queue keeps the time that it came with, so none of it dies at once; the question is how long messages wait. */
function expiring(hit: QueueImpact, numbers: QueueNumbers, now: number): string {
    const { consumers, ready, headAt } = numbers;
    const [limit] = hit.settings;
    const ttl = typeof limit?.after === "number" ? limit.after : undefined;
    if (consumers === 0) {
        return `nobody consumes it: whatever arrives, ${rateText(numbers)}, expires; the ${held(numbers)} in it keep their time`;
    }
    if (ready === 0) {
        return `its consumers keep up: nothing waits, ${rateText(numbers)}`;
    }
    const waited = headAt === undefined ? undefined : Math.max(0, now - headAt);
    if (waited === undefined || ttl === undefined) {
        return `holds ${held(numbers)}; how long they wait is unknown`;
    }
    const age = formatDuration((Math.floor(waited / 1_000) * 1_000) as Duration); // whole seconds in milliseconds
    return waited > ttl
        ? `its oldest message has waited ${age}, longer than the new TTL: at this pace what arrives, ${rateText(numbers)}, expires`
        : `its oldest message has waited ${age}, less than the new TTL`;
}

/** The broker counts what arrives in a queue, not by which key. */
function unrouted(numbers: QueueNumbers): string {
    const { publishRate } = numbers;
    return publishRate === undefined
        ? "how many messages arrive in it is unknown"
        : publishRate === 0
          ? "nothing arrives in it at present"
          : `up to ${perSecond(publishRate)} would not reach it any more`;
}

function held(numbers: QueueNumbers): string {
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

/** `1.2 GiB`: for an amount that is different a moment later. */
export function roughBytes(amount: number): string {
    let size = amount;
    let unit = 0;
    for (; size >= 1_024 && unit < units.length - 1; unit++) {
        size /= 1_024;
    }
    return `${formatCount(unit === 0 ? size : Math.round(size * 10) / 10)} ${units[unit] ?? "bytes"}`;
}
