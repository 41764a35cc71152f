import type { Queue } from "../../model/index.ts";
import type { FateEnd } from "../../routing/fate.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import { ageMs } from "../compare/settings/settingText.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import {
    type ChangedSetting,
    changeText,
    consequenceOf,
    fateText,
    isDropped,
    isLowered,
    type SettingRule,
} from "./settingRule.ts";

const lowered = effectRule({
    id: "limit.lowered",
    consequences: ["dropped", "delayed"],
    reason: "a lower limit applies immediately: a queue that holds more removes its oldest messages, or rejects new ones if that is its overflow behaviour. Trimming a long quorum queue also needs memory (https://github.com/rabbitmq/rabbitmq-server/issues/12608)",
    safeWay: "Wait until the queue holds less than the new limit.",
    source: docs("maxlength"),
    invariants: ["safeSettingChanges"],
});

const removed = effectRule({
    id: "limit.removed",
    consequences: ["delayed"],
    reason: "the queue may fill memory or disk, and then the broker blocks all publishers",
    safeWay: "Raise the limit instead of removing it.",
    source: docs("alarms"),
    invariants: ["safeSettingChanges"],
});

const retentionLowered = effectRule({
    id: "retention.lowered",
    consequences: ["dropped"],
    reason: "older segments of the stream are deleted, even if consumers have not read them",
    safeWay: "Make sure that all consumers have read the older messages.",
    source: docs("streams#retention"),
    invariants: ["safeSettingChanges"],
});

const refusing = effectRule({
    id: "overflow.rejectPublish",
    consequences: ["dropped", "delayed"],
    reason: "a full queue rejects new messages, and their publisher must publish them again",
    safeWay: "Make sure that consumers keep the queue below its limit; use a quorum queue for dead letters.",
    source: docs("maxlength#overflow-behaviour"),
    invariants: ["safeSettingChanges"],
});

const dropping = effectRule({
    id: "overflow.dropHead",
    consequences: ["dropped", "delayed"],
    reason: "a full queue removes its oldest messages instead of rejecting new ones, and no publisher is notified",
    safeWay: 'Keep "reject-publish", or give the queue a dead-letter exchange in an earlier release.',
    source: docs("maxlength#overflow-behaviour"),
    invariants: ["safeSettingChanges"],
});

export const lengthLimitRules = [lowered, removed, retentionLowered, refusing, dropping];

/** @see https://www.rabbitmq.com/docs/maxlength */
export const lengthLimit: SettingRule = (changed) => {
    const { after, queueAfter } = changed;
    if (isLowered(changed.before, after)) {
        return queueAfter.type === "stream" ? retentionEffect(changed) : lengthEffect(changed);
    }
    return after === undefined && queueAfter.type !== "stream"
        ? effectOf(removed, "delayed", { text: `${changeText(changed)}: ${removed.reason}` })
        : undefined;
};

function lengthEffect(changed: ChangedSetting): ReturnType<SettingRule> {
    const end = fateAboveLimit(changed.comparison.after, changed.queueAfter);
    const dropped = end.kind === "refused" ? droppedLetters(changed) : undefined;
    return effectOf(lowered, dropped === undefined ? consequenceOf(end) : "dropped", {
        text:
            end.kind === "refused"
                ? `${changeText(changed)}: messages in the queue stay. While it holds more than the limit, new messages are rejected, and their publisher must publish them again${dropped ?? ""}`
                : `${changeText(changed)}: the oldest messages above the limit are removed immediately and ${fateText(end)}`,
        ...(isDropped(end) && {
            safeWay:
                "Give the queue a dead-letter exchange in an earlier release, or wait until it holds less than the new limit.",
        }),
    });
}

/** @see https://www.rabbitmq.com/docs/streams#retention */
function retentionEffect(changed: ChangedSetting): ReturnType<SettingRule> {
    return effectOf(retentionLowered, "dropped", {
        text: `${changeText(changed)}: ${retentionLowered.reason}`,
    });
}

/** The maximum age of a stream's messages. */
export const retention: SettingRule = (changed) =>
    isLowered(ageOf(changed.before), ageOf(changed.after)) ? retentionEffect(changed) : undefined;

function ageOf(value: ChangedSetting["before"]): number | undefined {
    return typeof value === "string" ? ageMs(value) : undefined;
}

/** What a full queue does with new messages. Without a length limit the setting has no effect. */
export const overflow: SettingRule = (changed) => {
    const { queueBefore, queueAfter, comparison } = changed;
    const isBounded = ["max-length", "max-length-bytes"].some(
        (key) => comparison.after.settingOrDefault(queueAfter, key) !== undefined,
    );
    const end = fateAboveLimit(comparison.after, queueAfter);
    if (
        !isBounded ||
        JSON.stringify(end) === JSON.stringify(fateAboveLimit(comparison.before, queueBefore))
    ) {
        return undefined;
    }
    if (end.kind === "refused") {
        const dropped = droppedLetters(changed);
        return effectOf(refusing, dropped === undefined ? "delayed" : "dropped", {
            text: `${changeText(changed)}: ${refusing.reason}${dropped ?? ""}`,
        });
    }
    return effectOf(dropping, consequenceOf(end), {
        text: `${changeText(changed)}: the oldest messages of a full queue are removed and ${fateText(end)}`,
    });
};

/**
 * The queues whose dead letters a full classic queue drops: at-most-once dead letters are not confirmed, so nothing publishes them again. A
 * quorum queue rejects only publishers, and accepts dead letters beyond its limit.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue_process.erl send_reject_publish
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_quorum_queue.erl untracked_enqueue
 */
function droppedLetters({ queueAfter, comparison: { after } }: ChangedSetting): string | undefined {
    const areForwarded =
        after.settingOrDefault(queueAfter, "overflow") === "reject-publish-dlx" &&
        !isDropped(after.fate(queueAfter.vhost, queueAfter.name, "maxlen").end);
    const sources =
        queueAfter.type !== "classic" || areForwarded
            ? []
            : after
                  .deadLetterSources(queueAfter)
                  .filter((each) => after.settingOrDefault(each, "dead-letter-strategy") !== "at-least-once")
                  .map(({ name }) => `"${name}"`);
    return sources.length === 0
        ? undefined
        : `; at-most-once dead letters of ${sources.join(", ")} are not published again and are dropped`;
}

/**
 * What happens to messages above the limit. With `reject-publish-dlx` the queue keeps its messages and the publisher gets a nack; the dead
 * letter is a copy.
 * @see https://www.rabbitmq.com/docs/maxlength#overflow-behaviour
 */
function fateAboveLimit(side: TopologyView, queue: Queue): FateEnd {
    return side.settingOrDefault(queue, "overflow") === "reject-publish-dlx"
        ? { kind: "refused" }
        : side.fate(queue.vhost, queue.name, "maxlen").end;
}
