import type { ArgumentValue } from "../model/index.ts";

/** Where the value of a setting comes from. */
export type Origin = "argument" | "policy" | "operator policy" | "default";

/** A value that one source gives to a setting. */
export interface SettingSource {
    readonly origin: Origin;
    /** The name of the policy, where it is one. */
    readonly policy?: string;
    readonly value: ArgumentValue;
}

/** A setting as the broker acts on it. */
export interface EffectiveSetting extends SettingSource {
    /** As a policy spells it. */
    readonly key: string;
    /** Values of other sources, which this one overrides. */
    readonly overridden: readonly SettingSource[];
}

/** A setting that has no effect, and why. */
export interface Ineffective extends Omit<SettingSource, "value"> {
    readonly key: string;
    readonly reason: string;
}

/** The settings of one object, keyed as a policy spells them: those that a source gives, in the order of the sources, then the defaults. */
export interface Settings extends Iterable<readonly [key: string, setting: EffectiveSetting]> {
    readonly get: (key: string) => EffectiveSetting | undefined;
    /** The value that the broker acts on; its own default where no source gives one. */
    readonly value: (key: string) => ArgumentValue | undefined;
    /** The same without the default: `undefined` where no source gives a value. */
    readonly effectiveOrUndefined: (key: string) => ArgumentValue | undefined;
    readonly has: (key: string) => boolean;
    readonly keys: () => Iterable<string>;
    readonly values: () => Iterable<EffectiveSetting>;
}
