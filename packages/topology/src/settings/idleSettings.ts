import type { ArgumentValue, QueueType } from "../model/index.ts";

/** The settings of a queue, merged over all sources, before prerequisites are checked. */
export interface GivenSettings {
    /** `undefined` where no source gives a value. */
    readonly merged: (key: string) => ArgumentValue | undefined;
    readonly defaultOf: (key: string) => ArgumentValue | undefined;
}

/** The settings without effect on a queue of a type, because one that they depend on is missing: the reason by key. */
export function idleSettings(
    type: QueueType,
    { merged: said, defaultOf }: GivenSettings,
): ReadonlyMap<string, string> {
    let idle: Map<string, string> | undefined;
    /** Ignores a setting: its default applies, if it has one. */
    const disable = (key: string, reason: string): void => {
        if (said(key) !== undefined && idle?.has(key) !== true) {
            idle = (idle ?? new Map<string, string>()).set(key, reason);
        }
    };
    const value = (key: string): ArgumentValue | undefined => {
        const given = idle?.has(key) === true ? undefined : said(key);
        return given === undefined ? defaultOf(key) : given;
    };

    if (type === "quorum" && value("overflow") === "reject-publish-dlx") {
        disable(
            "overflow",
            'only classic queues know "reject-publish-dlx"; a quorum queue drops its oldest message',
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
    return idle ?? nothingIdle;
}

/** Shared empty map for the common case. */
export const nothingIdle: ReadonlyMap<string, string> = new Map();
