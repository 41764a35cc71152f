import type { ArgumentValue, QueueType } from "../model/index.ts";

/** The settings of a queue, merged from all sources, before prerequisites are checked. */
export interface GivenSettings {
    /** `undefined` if no source sets it. */
    readonly merged: (key: string) => ArgumentValue | undefined;
    readonly defaultOf: (key: string) => ArgumentValue | undefined;
}

/** The settings without effect because a setting that they depend on is missing: the reason by key. */
export function unmetPrerequisites(
    type: QueueType,
    { merged, defaultOf }: GivenSettings,
): ReadonlyMap<string, string> {
    let unmet: Map<string, string> | undefined;
    /** Marks a setting as ignored: its default applies, if it has one. */
    const disable = (key: string, reason: string): void => {
        if (merged(key) !== undefined && unmet?.has(key) !== true) {
            unmet = (unmet ?? new Map<string, string>()).set(key, reason);
        }
    };
    const value = (key: string): ArgumentValue | undefined => {
        const given = unmet?.has(key) === true ? undefined : merged(key);
        return given === undefined ? defaultOf(key) : given;
    };

    if (type === "quorum" && value("overflow") === "reject-publish-dlx") {
        disable(
            "overflow",
            'only classic queues support "reject-publish-dlx"; a quorum queue drops its oldest message',
        );
    }
    if (typeof value("dead-letter-exchange") !== "string") {
        for (const key of ["dead-letter-routing-key", "dead-letter-strategy"]) {
            disable(key, "there is no dead-letter exchange");
        }
    }
    if (value("dead-letter-strategy") === "at-least-once" && value("overflow") !== "reject-publish") {
        disable(
            "dead-letter-strategy",
            'at-least-once needs overflow "reject-publish"; the broker falls back to at-most-once',
        );
    }
    if (value("delayed-retry-min") === undefined) {
        disable("delayed-retry-type", "there is no delayed-retry-min");
    }
    if ((value("delayed-retry-type") ?? "disabled") === "disabled") {
        for (const key of ["delayed-retry-min", "delayed-retry-max"]) {
            disable(key, "delayed retry is disabled");
        }
    }
    return unmet ?? noUnmetPrerequisites;
}

/** Shared empty map for the common case. */
export const noUnmetPrerequisites: ReadonlyMap<string, string> = new Map();
