import type { UserLimits, VhostLimits } from "../model/index.ts";

/** The component of the runtime parameter with a virtual host's limits. */
export const vhostLimitsComponent = "vhost-limits";

/** The broker's names of a virtual host's limits. */
export const vhostLimitKeys = {
    maxConnections: "max-connections",
    maxQueues: "max-queues",
} as const satisfies Readonly<Record<keyof VhostLimits, string>>;

/** The broker's names of a user's limits. */
export const userLimitKeys = {
    maxConnections: "max-connections",
    maxChannels: "max-channels",
} as const satisfies Readonly<Record<keyof UserLimits, string>>;

/** Limits by the broker's names; empty without limits. */
export function limitTable<Field extends string>(
    limits: { readonly [Key in Field]?: number } | undefined,
    keys: Readonly<Record<Field, string>>,
): Readonly<Record<string, number>> {
    const fields = Object.keys(keys) as Field[]; // a table of literals
    return Object.fromEntries(
        fields.flatMap((field) => {
            const value = limits?.[field];
            return value === undefined ? [] : [[keys[field], value]];
        }),
    );
}
