import type { ArgumentValue } from "../model/index.ts";

/** Where the value of a setting comes from. */
export type Origin = "argument" | "policy" | "operator policy" | "default";

/** A value of a setting from one source. */
export interface SettingSource {
    readonly origin: Origin;
    /** The name of the policy, if the source is one. */
    readonly policy?: string;
    readonly value: ArgumentValue;
}

/** A setting with its effective value. */
export interface EffectiveSetting extends SettingSource {
    /** The policy key. */
    readonly key: string;
    /** Values from other sources that this one overrides. */
    readonly overridden: readonly SettingSource[];
}

/** A setting that has no effect, and why. */
export interface Ineffective extends Omit<SettingSource, "value"> {
    readonly key: string;
    readonly reason: string;
}

/** The settings of one object by policy key: first those that a source sets, in the order of the sources, then the defaults. */
export interface Settings extends Iterable<readonly [key: string, setting: EffectiveSetting]> {
    readonly get: (key: string) => EffectiveSetting | undefined;
    /** The effective value, or the broker's default. */
    readonly value: (key: string) => ArgumentValue | undefined;
    /** The same without the default: `undefined` if no source sets it. */
    readonly effectiveOrUndefined: (key: string) => ArgumentValue | undefined;
    readonly has: (key: string) => boolean;
    readonly keys: () => Iterable<string>;
    readonly values: () => Iterable<EffectiveSetting>;
}
