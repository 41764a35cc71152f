import { type Capability, queueSettings, type SettableBy } from "../broker/capabilities.ts";
import { pushTo } from "../lookup/groups.ts";
import type { Arguments, ArgumentValue, Policy, Queue, Topology } from "../model/index.ts";
import { settingOfArgument } from "../settings/settingTable.ts";
import { placeOf, queuePlace } from "../text/place.ts";

/** A queue setting with one value, and the policies, operator policies or arguments that set it. Most of 10,000 policies share few values. */
export interface SettingUse {
    readonly way: SettableBy;
    /** The policy key or the argument's name. */
    readonly written: string;
    /** The policy key. */
    readonly key: string;
    readonly value: ArgumentValue;
    /** `undefined` for an unknown setting. */
    readonly capability: Capability | undefined;
    /** The queues that set it by argument. */
    readonly queues: readonly Queue[];
    /** All places that set it; computed only for findings. */
    readonly places: () => readonly string[];
}

/** All queue settings in the policies and arguments of a topology. */
export function settingUsesOf(topology: Topology): readonly SettingUse[] {
    return [
        ...usesInPolicies("policy", topology.policies),
        ...usesInPolicies("operator policy", topology.operatorPolicies),
        ...usesInArguments(topology.queues),
    ];
}

function usesInPolicies(way: SettableBy, policies: readonly Policy[]): readonly SettingUse[] {
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

function usesInArguments(queues: readonly Queue[]): readonly SettingUse[] {
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

/** Each key with each of its values, and the sources that have it. */
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
