import type { RetryRoute } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs, type KindRule, updates } from "./rule.ts";

const source = docs("quorum-queues#delayed-retry");
const text = "failed messages are retried more or less often, at other times, or through another exchange";

type RetryField =
    | (RetryRoute extends infer Route ? (Route extends unknown ? keyof Route : never) : never)
    | "redriveExchange";

const fields = {
    mode: updates("retry.mode", text, source),
    attempts: updates("retry.attempts", text, source),
    exchange: updates("retry.exchange", text, source),
    routingKeys: updates("retry.routingKeys", text, source),
    redriveExchange: updates(
        "retry.redriveExchange",
        "dead letters are redriven through another exchange, or no longer",
        docs("dlx"),
    ),
} as const satisfies Readonly<Record<RetryField, unknown>>;

export const retryChanged = effectRule({
    id: "retry.changed",
    consequences: ["delayed"],
    reason: text,
    source,
    invariants: ["safeSettingChanges"],
});

const deleted = effectRule({
    id: "retry.deleted",
    consequences: ["delayed"],
    reason: "failed messages are no longer retried",
    source,
    invariants: ["safeSettingChanges"],
});

export const retryRules = [retryChanged, deleted];

/** How the consumers of a queue retry failed messages. */
export const retryRule: KindRule = {
    fields,
    created: { rule: "retry.created", text: "failed messages are retried", source },
    deleted: { rule: "retry.deleted", text: "its queue is deleted, too", source },
    effects: ({ object, action, fields: changed }, { comparison }): readonly Effect[] => {
        if (action === "update") {
            return changed.some(({ field }) => field !== "redriveExchange")
                ? [effectOf(retryChanged, "delayed")]
                : [];
        }
        const stays = comparison.after.queueNamed(object.vhost, object.name) !== undefined;
        return action === "delete" && stays ? [effectOf(deleted, "delayed")] : [];
    },
};
