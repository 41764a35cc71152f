import type { Topology } from "../../model/index.ts";
import type { SettingsOf } from "../../settings/effective.ts";

/** Whether a key of a policy has an effect on any queue of its virtual host. */
export type IsPolicyKeyUsed = (vhost: string, policy: string, key: string) => boolean;

/** Finds the keys that a fix must not remove from their policy. Reads the queues at the first question. */
export function usedPolicyKeys(topology: Topology, effective: SettingsOf): IsPolicyKeyUsed {
    let used: Set<string> | undefined;
    return (vhost, policy, key) => {
        used ??= new Set(
            topology.queues.flatMap((queue) =>
                [...effective(queue).settings.values()].flatMap((setting) =>
                    setting.policy === undefined ? [] : [idOf(queue.vhost, setting.policy, setting.key)],
                ),
            ),
        );
        return used.has(idOf(vhost, policy, key));
    };
}

function idOf(vhost: string, policy: string, key: string): string {
    return JSON.stringify([vhost, policy, key]);
}
