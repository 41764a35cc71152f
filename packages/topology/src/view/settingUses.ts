import { type Capability, queueSettings, type SettableBy } from "../broker/capabilities.ts";
import { pushTo } from "../lookup/groups.ts";
import type { Arguments, ArgumentValue, Policy, Queue, Topology } from "../model/index.ts";
import { settingOfArgument } from "../settings/settingTable.ts";
import { placeOf, queuePlace } from "../text/place.ts";

/** A setting that policies, operator policies or arguments of queues write: one for all that give it the same value, as most of 10,000 policies do. */
export interface SettingUse {
    readonly way: SettableBy;
    /** As it is written: with `x-` before it in an argument. */
    readonly written: string;
    /** As a policy spells it. */
    readonly key: string;
    readonly value: ArgumentValue;
    /** `undefined` where no queue has such a setting. */
    readonly capability: Capability | undefined;
    /** The queues that have it as an argument. */
    readonly queues: readonly Queue[];
    /** Everywhere that it is written; asked for only where something is wrong. */
    readonly places: () => readonly string[];
}

/** Every setting of queues that is written anywhere in a topology. */
export function settingUsesOf(topology: Topology): readonly SettingUse[] {
    return [
        ...ofPolicies("policy", topology.policies),
        ...ofPolicies("operator policy", topology.operatorPolicies),
        ...ofArguments(topology.queues),
    ];
}

function ofPolicies(way: SettableBy, policies: readonly Policy[]): readonly SettingUse[] {
    return sharedSettings(policies, ({ definition }) => definition).map(({ written, value, sources }) => ({
        way,
        written,
        key: written,
        value,
        capability: queueSettings[written],
        queues: [],
        places: () => sources.map(({ vhost, name }) => placeOf(vhost, way, name)),
    }));
}

function ofArguments(queues: readonly Queue[]): readonly SettingUse[] {
    return sharedSettings(queues, (queue) => queue.arguments).map(({ written, value, sources }) => {
        const key = settingOfArgument("queue", written) ?? written.replace(/^x-/, "");
        return {
            way: "argument",
            written,
            key,
            value,
            capability: written.startsWith("x-") ? queueSettings[key] : undefined,
            queues: sources,
            places: () => sources.map(queuePlace),
        };
    });
}

interface SharedSetting<T> {
    readonly written: string;
    readonly value: ArgumentValue;
    readonly sources: readonly T[];
}

/** Each key with each of its values, and whose tables have it. */
function sharedSettings<T>(
    sources: readonly T[],
    tableOf: (source: T) => Arguments,
): readonly SharedSetting<T>[] {
    const found = new Map<string, Map<ArgumentValue, T[]>>();
    for (const source of sources) {
        const table = tableOf(source);
        for (const written of Object.keys(table)) {
            let values = found.get(written);
            if (values === undefined) {
                values = new Map();
                found.set(written, values);
            }
            pushTo(values, table[written] ?? null, source);
        }
    }
    return [...found].flatMap(([written, values]) =>
        [...values].map(([value, users]) => ({ written, value, sources: users })),
    );
}
