import type { ArgumentValue, Queue } from "../../model/index.ts";
import type { DeathCause } from "../../routing/deadLetters.ts";
import type { FateEnd } from "../../routing/fate.ts";
import { quoted } from "../../text/names.ts";
import type { Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { settingChangeText } from "../compare/settings/settingText.ts";

/** A changed effective setting of a queue that exists before and after. */
export interface ChangedSetting {
    readonly key: string;
    readonly before: ArgumentValue | undefined;
    readonly after: ArgumentValue | undefined;
    readonly queueBefore: Queue;
    readonly queueAfter: Queue;
    readonly comparison: Comparison;
}

/** The effect of a changed setting on messages. `undefined`: none. */
export type SettingRule = (changed: ChangedSetting) => Omit<Effect, "object"> | undefined;

/** What changes, to begin a sentence with. */
export function changeText({ key, before, after }: ChangedSetting): string {
    return settingChangeText(key, before, after);
}

/** What happens after the change to messages that are dead-lettered for a reason. */
export function newFate({ queueAfter, comparison }: ChangedSetting, cause: DeathCause): FateEnd {
    return comparison.after.fate(queueAfter.vhost, queueAfter.name, cause).end;
}

/** A message that is not dropped is delayed: dead-lettered, returned to the publisher, or kept in the queue. */
export function consequenceOf(end: FateEnd): "dropped" | "delayed" {
    return isDropped(end) ? "dropped" : "delayed";
}

/** Whether messages with this end are dropped. */
export function isDropped(end: FateEnd): boolean {
    return end.kind === "dropped" || (end.kind === "cycle" && end.dropped);
}

/** The second half of a sentence about messages that leave their queue. */
export function fateText(end: FateEnd): string {
    switch (end.kind) {
        case "queue":
            return `are dead-lettered to ${quoted(end.names)}`;
        case "dropped":
            return `are dropped: ${end.reason}`;
        case "refused":
            return "are rejected, and their publisher must publish them again";
        case "kept":
            return "stay in the queue without being delivered, until their dead-letter exchange routes them";
        case "cycle":
            return end.dropped
                ? `are dropped, because they would be dead-lettered in a cycle (${end.path.join(" -> ")})`
                : `are dead-lettered in an endless cycle (${end.path.join(" -> ")})`;
    }
}

/** Whether a limit becomes lower. No number means no limit. */
export function isLowered(before: ArgumentValue | undefined, after: ArgumentValue | undefined): boolean {
    return limitOf(after) < limitOf(before);
}

/** Whether a limit becomes higher. */
export function isRaised(before: ArgumentValue | undefined, after: ArgumentValue | undefined): boolean {
    return limitOf(after) > limitOf(before);
}

/** RabbitMQ treats a negative limit as no limit. */
function limitOf(value: ArgumentValue | undefined): number {
    return typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;
}
