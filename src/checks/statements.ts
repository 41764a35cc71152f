import { type Capability, queueSettings, type SettableBy } from "../broker/capabilities.js";
import { settingOfArgument } from "../broker/effectiveSetting.js";
import type { ArgumentValue, Queue, Topology } from "../model/index.js";
import { placeOf, queuePlace } from "./place.js";

/** Something that a policy, an operator policy or a queue's argument sets. */
export interface SettingStatement {
    readonly place: string;
    readonly way: SettableBy;
    /** As it is written: with `x-` before it in an argument. */
    readonly written: string;
    /** As a policy spells it. */
    readonly key: string;
    readonly value: ArgumentValue;
    /** `undefined` where no queue has such a setting. */
    readonly capability: Capability | undefined;
    /** The queue whose argument it is. */
    readonly queue?: Queue;
}

/** Every setting of queues that a topology writes down anywhere. */
export function statementsOf(topology: Topology): readonly SettingStatement[] {
    const policies = [
        ...topology.policies.map((policy) => ({ way: "policy" as const, policy })),
        ...topology.operatorPolicies.map((policy) => ({ way: "operator policy" as const, policy })),
    ];
    return [
        ...policies.flatMap(({ way, policy }) => {
            const place = placeOf(policy.vhost, way, policy.name);
            return Object.entries(policy.definition).map(([key, value]) => ({
                place,
                way,
                written: key,
                key,
                value,
                capability: queueSettings[key],
            }));
        }),
        ...topology.queues.flatMap((queue) => {
            const place = queuePlace(queue);
            return Object.entries(queue.arguments).map(([written, value]) => {
                const key = settingOfArgument("queue", written) ?? written.replace(/^x-/, "");
                return {
                    place,
                    way: "argument" as const,
                    written,
                    key,
                    value,
                    capability: written.startsWith("x-") ? queueSettings[key] : undefined,
                    queue,
                };
            });
        }),
    ];
}
