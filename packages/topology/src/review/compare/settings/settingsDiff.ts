import type { ArgumentValue, InVhost, Topology } from "../../../model/index.ts";
import type { EffectiveSettings } from "../../../settings/effective.ts";
import { compareText } from "../../../text/names.ts";
import { type Comparison, comparisonOf, hasSameSources } from "../comparison.ts";
import { settingChangeText } from "./settingText.ts";

/** A setting that a queue or an exchange really has, whoever gives it, and that changes. */
export interface SettingChange {
    readonly vhost: string;
    readonly kind: "queue" | "exchange";
    readonly name: string;
    /** As a policy spells it. */
    readonly key: string;
    readonly before?: ArgumentValue;
    readonly after?: ArgumentValue;
    /** Who says so: `policy "queue.x"`, `argument`, `default`; missing where nobody does. */
    readonly source?: string;
    /** For people: `TTL 1 minute -> 1 day`. */
    readonly text: string;
}

/** The effective settings that change, of the queues and exchanges that are on both sides; by place, then key. */
export function settingsDiff(before: Topology, after: Topology): readonly SettingChange[] {
    return settingChanges(comparisonOf(before, after));
}

export function settingChanges(comparison: Comparison): readonly SettingChange[] {
    const { before, after } = comparison;
    const queues = after.topology.queues.flatMap((each) => {
        const was = before.queueNamed(each.vhost, each.name);
        return was === undefined || hasSameSources(comparison, was, each)
            ? []
            : changed("queue", each, before.effective(was), after.effective(each));
    });
    const exchanges = after.topology.exchanges.flatMap((each) => {
        const was = before.exchangeNamed(each.vhost, each.name);
        return was === undefined
            ? []
            : changed("exchange", each, before.effective(was), after.effective(each));
    });
    return [...exchanges, ...queues].sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

function sortKey({ vhost, kind, name, key }: SettingChange): string {
    return JSON.stringify([vhost, kind, name, key]);
}

function changed(
    kind: SettingChange["kind"],
    { vhost, name }: InVhost,
    { settings: was }: EffectiveSettings,
    { settings: is }: EffectiveSettings,
): readonly SettingChange[] {
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
        const [old, now] = [was.get(key), is.get(key)];
        if (JSON.stringify(old?.value) === JSON.stringify(now?.value)) {
            return [];
        }
        return [
            {
                vhost,
                kind,
                name,
                key,
                ...(old !== undefined && { before: old.value }),
                ...(now !== undefined && { after: now.value, source: sourceOf(now) }),
                text: settingChangeText(key, old?.value, now?.value),
            },
        ];
    });
}

function sourceOf({ origin, policy }: { readonly origin: string; readonly policy?: string }): string {
    return policy === undefined ? origin : `${origin} "${policy}"`;
}
