import type { ArgumentValue } from "../model/index.ts";

/** Where the value of a setting comes from. */
export type Origin = "argument" | "policy" | "operator policy" | "default";

/** What one of the sources says of a setting. */
export interface Statement {
    readonly origin: Origin;
    /** The name of the policy that says it. */
    readonly policy?: string;
    readonly value: ArgumentValue;
}

/** A setting as the broker acts on it. */
export interface EffectiveSetting extends Statement {
    /** As a policy spells it. */
    readonly key: string;
    /** What others say, in vain. */
    readonly overridden: readonly Statement[];
}

/** Something that was said and does nothing. */
export interface Ineffective extends Omit<Statement, "value"> {
    readonly key: string;
    readonly reason: string;
}

/** The settings of one object, keyed as a policy spells them: what is said, in the order of its sources, then the defaults. */
export interface Settings extends Iterable<readonly [key: string, setting: EffectiveSetting]> {
    readonly get: (key: string) => EffectiveSetting | undefined;
    /** The value that the broker acts on, its own default where nobody gives any. */
    readonly value: (key: string) => ArgumentValue | undefined;
    /** The same without the default. */
    readonly said: (key: string) => ArgumentValue | undefined;
    readonly has: (key: string) => boolean;
    readonly keys: () => Iterable<string>;
    readonly values: () => Iterable<EffectiveSetting>;
}
