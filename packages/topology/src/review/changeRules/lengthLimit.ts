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
    destinyText,
    isDropped,
    isLowered,
    type SettingRule,
} from "./settingRule.ts";

const lowered = effectRule({
    id: "limit.lowered",
    consequences: ["dropped", "delayed"],
    reason: "a lower bound counts at once: a queue that holds more gives up its oldest messages, unless it refuses new ones instead; to trim a long quorum queue takes memory, too (https://github.com/rabbitmq/rabbitmq-server/issues/12608)",
    safeWay: "Wait until the queue holds less than the new limit.",
    source: docs("maxlength"),
    invariants: ["safeSettingChanges"],
});

const removed = effectRule({
    id: "limit.removed",
    consequences: ["delayed"],
    reason: "nothing stops the queue from filling memory or disk, and then the broker blocks every publisher",
    safeWay: "Raise the limit instead of removing it.",
    source: docs("alarms"),
    invariants: ["safeSettingChanges"],
});

const retentionLowered = effectRule({
    id: "retention.lowered",
    consequences: ["dropped"],
    reason: "older segments of the log are removed, whoever has not read them",
    safeWay: "Make sure that every reader has read what is older.",
    source: docs("streams#retention"),
    invariants: ["safeSettingChanges"],
});

const refusing = effectRule({
    id: "overflow.rejectPublish",
    consequences: ["dropped", "delayed"],
    reason: "a full queue refuses new messages, and their publisher must repeat them",
    safeWay:
        "Make sure that consumers keep the queue below its limit; let dead letters go to a quorum queue.",
    source: docs("maxlength#overflow-behaviour"),
    invariants: ["safeSettingChanges"],
});

const dropping = effectRule({
    id: "overflow.dropHead",
    consequences: ["dropped", "delayed"],
    reason: "a full queue gives up messages instead of refusing new ones, and their publisher does not learn of it",
    safeWay: 'Keep "reject-publish", or give the queue a dead-letter exchange in a release before.',
    source: docs("maxlength#overflow-behaviour"),
    invariants: ["safeSettingChanges"],
});

export const lengthLimitRules = [lowered, removed, retentionLowered, refusing, dropping];

/** @see https://www.rabbitmq.com/docs/maxlength */
export const lengthLimit: SettingRule = (changed) => {
    const { after, is } = changed;
    if (isLowered(changed.before, after)) {
        return is.type === "stream" ? truncated(changed) : bounded(changed);
    }
    return after === undefined && is.type !== "stream"
        ? effectOf(removed, "delayed", { text: `${changeText(changed)}: ${removed.reason}` })
        : undefined;
};

function bounded(changed: ChangedSetting): ReturnType<SettingRule> {
    const end = surplus(changed.comparison.after, changed.is);
    const dropped = end.kind === "refused" ? droppedLetters(changed) : undefined;
    return effectOf(lowered, dropped === undefined ? consequenceOf(end) : "dropped", {
        text:
            end.kind === "refused"
                ? `${changeText(changed)}: what is in the queue stays, but new messages are refused until it holds less, and the publisher must repeat them${dropped ?? ""}`
                : `${changeText(changed)}: the oldest messages above the limit leave at once, and ${destinyText(end)}`,
        ...(isDropped(end) && {
            safeWay:
                "Give the queue a dead-letter exchange in a release before, or wait until it holds less than the new limit.",
        }),
    });
}

/** @see https://www.rabbitmq.com/docs/streams#retention */
function truncated(changed: ChangedSetting): ReturnType<SettingRule> {
    return effectOf(retentionLowered, "dropped", {
        text: `${changeText(changed)}: ${retentionLowered.reason}`,
    });
}

/** How old a stream's entries get. */
export const retention: SettingRule = (changed) =>
    isLowered(ageOf(changed.before), ageOf(changed.after)) ? truncated(changed) : undefined;

function ageOf(value: ChangedSetting["before"]): number | undefined {
    return typeof value === "string" ? ageMs(value) : undefined;
}

/** What a full queue does; nothing where no bound ever makes it full. */
export const overflow: SettingRule = (changed) => {
    const { was, is, comparison } = changed;
    const isBounded = ["max-length", "max-length-bytes"].some(
        (key) => comparison.after.settingOrDefault(is, key) !== undefined,
    );
    const end = surplus(comparison.after, is);
    if (!isBounded || JSON.stringify(end) === JSON.stringify(surplus(comparison.before, was))) {
        return undefined;
    }
    if (end.kind === "refused") {
        const dropped = droppedLetters(changed);
        return effectOf(refusing, dropped === undefined ? "delayed" : "dropped", {
            text: `${changeText(changed)}: ${refusing.reason}${dropped ?? ""}`,
        });
    }
    return effectOf(dropping, consequenceOf(end), {
        text: `${changeText(changed)}: a full queue gives up messages, which ${destinyText(end)}`,
    });
};

/**
 * Whose dead letters a full queue that refuses drops, since nobody repeats them: those that come at most once to a classic queue, which
 * treats them as any message that nobody wants confirmed. A quorum queue refuses only who publishes to it, and takes such dead letters
 * beyond its limit.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue_process.erl send_reject_publish
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_quorum_queue.erl untracked_enqueue
 */
function droppedLetters({ is, comparison: { after } }: ChangedSetting): string | undefined {
    const goOn =
        after.settingOrDefault(is, "overflow") === "reject-publish-dlx" &&
        !isDropped(after.fate(is.vhost, is.name, "maxlen").end);
    const sources =
        is.type !== "classic" || goOn
            ? []
            : after
                  .deadLetterSources(is)
                  .filter((each) => after.settingOrDefault(each, "dead-letter-strategy") !== "at-least-once")
                  .map(({ name }) => `"${name}"`);
    return sources.length === 0
        ? undefined
        : `; dead letters of ${sources.join(", ")}, which nobody repeats, are dropped`;
}

/**
 * What becomes of a message too many. A queue that rejects with dead-lettering keeps what it has, too, and its publisher learns of it: the
 * dead letter is a copy.
 * @see https://www.rabbitmq.com/docs/maxlength#overflow-behaviour
 */
function surplus(side: TopologyView, queue: Queue): FateEnd {
    return side.settingOrDefault(queue, "overflow") === "reject-publish-dlx"
        ? { kind: "refused" }
        : side.fate(queue.vhost, queue.name, "maxlen").end;
}
