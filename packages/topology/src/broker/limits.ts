import type { UserLimits, VhostLimits } from "../model/index.ts";

/** The component of the runtime parameter that holds a virtual host's limits. */
export const vhostLimitsComponent = "vhost-limits";

/** A virtual host's limits by the broker's names. */
export const vhostLimitKeys = {
    maxConnections: "max-connections",
    maxQueues: "max-queues",
} as const satisfies Readonly<Record<keyof VhostLimits, string>>;

/** A user's limits by the broker's names. */
export const userLimitKeys = {
    maxConnections: "max-connections",
    maxChannels: "max-channels",
} as const satisfies Readonly<Record<keyof UserLimits, string>>;

/** Limits as the broker writes them: a table by its own names, empty where there are none. */
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
