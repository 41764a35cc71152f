import type { ArgumentValue, InVhost, Topology } from "../../../model/index.ts";
import type { EffectiveSettings } from "../../../settings/effective.ts";
import { compareText } from "../../../text/names.ts";
import { type Comparison, compareTopologies, hasSameSources } from "../comparison.ts";
import { settingChangeText } from "./settingText.ts";

/** An effective setting of a queue or an exchange that changes. */
export interface SettingChange {
    readonly vhost: string;
    readonly kind: "queue" | "exchange";
    readonly name: string;
    /** The name of the setting in a policy. */
    readonly key: string;
    readonly before?: ArgumentValue;
    readonly after?: ArgumentValue;
    /** What sets it: `policy "queue.x"`, `argument`, `default`. Missing if it is not set. */
    readonly source?: string;
    /** For people: `TTL 1 minute -> 1 day`. */
    readonly text: string;
}

/** The changed effective settings of queues and exchanges that exist before and after, sorted by object and key. */
export function settingsDiff(before: Topology, after: Topology): readonly SettingChange[] {
    return settingChanges(compareTopologies(before, after));
}

export function settingChanges(comparison: Comparison): readonly SettingChange[] {
    const { before, after } = comparison;
    const queues = after.topology.queues.flatMap((each) => {
        const queueBefore = before.queueNamed(each.vhost, each.name);
        return queueBefore === undefined || hasSameSources(comparison, queueBefore, each)
            ? []
            : changesOf("queue", each, before.effective(queueBefore), after.effective(each));
    });
    const exchanges = after.topology.exchanges.flatMap((each) => {
        const exchangeBefore = before.exchangeNamed(each.vhost, each.name);
        return exchangeBefore === undefined
            ? []
            : changesOf("exchange", each, before.effective(exchangeBefore), after.effective(each));
    });
    return [...exchanges, ...queues].sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

function sortKey({ vhost, kind, name, key }: SettingChange): string {
    return JSON.stringify([vhost, kind, name, key]);
}

function changesOf(
    kind: SettingChange["kind"],
    { vhost, name }: InVhost,
    { settings: settingsBefore }: EffectiveSettings,
    { settings: settingsAfter }: EffectiveSettings,
): readonly SettingChange[] {
    return [...new Set([...settingsBefore.keys(), ...settingsAfter.keys()])].flatMap((key) => {
        const [before, after] = [settingsBefore.get(key), settingsAfter.get(key)];
        if (JSON.stringify(before?.value) === JSON.stringify(after?.value)) {
            return [];
        }
        return [
            {
                vhost,
                kind,
                name,
                key,
                ...(before !== undefined && { before: before.value }),
                ...(after !== undefined && { after: after.value, source: sourceOf(after) }),
                text: settingChangeText(key, before?.value, after?.value),
            },
        ];
    });
}

function sourceOf({ origin, policy }: { readonly origin: string; readonly policy?: string }): string {
    return policy === undefined ? origin : `${origin} "${policy}"`;
}
