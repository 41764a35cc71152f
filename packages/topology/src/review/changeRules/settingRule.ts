import type { ArgumentValue, Queue } from "../../model/index.ts";
import type { DeathCause } from "../../routing/deadLetters.ts";
import type { FateEnd } from "../../routing/fate.ts";
import { quoted } from "../../text/names.ts";
import type { Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { settingChangeText } from "../compare/settings/settingText.ts";

/** A queue whose effective setting changes, while the queue itself stays. */
export interface ChangedSetting {
    readonly key: string;
    readonly before: ArgumentValue | undefined;
    readonly after: ArgumentValue | undefined;
    readonly was: Queue;
    readonly is: Queue;
    readonly comparison: Comparison;
}

/** What a changed setting does to messages; `undefined`: nothing. */
export type SettingRule = (changed: ChangedSetting) => Omit<Effect, "object"> | undefined;

/** What changes, as a sentence begins with it. */
export function changeText({ key, before, after }: ChangedSetting): string {
    return settingChangeText(key, before, after);
}

/** What becomes, under the new rules, of a message that leaves the queue for a cause. */
export function newFate({ is, comparison }: ChangedSetting, cause: DeathCause): FateEnd {
    return comparison.after.fate(is.vhost, is.name, cause).end;
}

/** Whoever survives waits: among the dead letters for a person, with the publisher, or in the queue. */
export function consequenceOf(end: FateEnd): "dropped" | "delayed" {
    return isDropped(end) ? "dropped" : "delayed";
}

/** Whether nobody sees the message again. */
export function isDropped(end: FateEnd): boolean {
    return end.kind === "dropped" || (end.kind === "cycle" && end.dropped);
}

/** How a sentence goes on about messages that leave their queue. */
export function destinyText(end: FateEnd): string {
    switch (end.kind) {
        case "queue":
            return `go to ${quoted(end.names)} and wait there`;
        case "dropped":
            return `are dropped: ${end.reason}`;
        case "refused":
            return "are refused, and the publisher must repeat them";
        case "kept":
            return "stay in the queue out of reach, until their dead-letter exchange has a route";
        case "cycle":
            return end.dropped
                ? `are dropped, as they would go round (${end.path.join(" -> ")})`
                : `go round for ever (${end.path.join(" -> ")})`;
    }
}

/** Whether a limit became stricter. No number means no limit. */
export function isLowered(before: ArgumentValue | undefined, after: ArgumentValue | undefined): boolean {
    return limitOf(after) < limitOf(before);
}

/** Whether a limit became laxer. */
export function isRaised(before: ArgumentValue | undefined, after: ArgumentValue | undefined): boolean {
    return limitOf(after) > limitOf(before);
}

/** The broker takes negative limits for none. */
function limitOf(value: ArgumentValue | undefined): number {
    return typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;
}
