import type { ArgumentValue } from "../model/index.js";

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

/** The settings of one object, keyed as a policy spells them. */
export interface Settings extends Iterable<readonly [key: string, setting: EffectiveSetting]> {
    readonly get: (key: string) => EffectiveSetting | undefined;
    readonly has: (key: string) => boolean;
    readonly keys: () => Iterable<string>;
    readonly values: () => Iterable<EffectiveSetting>;
    /** Those that somebody says, without the defaults. */
    readonly stated: () => readonly EffectiveSetting[];
}

/**
 * What is said of one object, above the defaults that it shares with all of its type: of 10,000 queues, nearly every setting is one. What is said is
 * so little that a list is smaller than a table, and as fast.
 */
export class SettingsAboveDefaults implements Settings {
    readonly #defaults: ReadonlyMap<string, EffectiveSetting>;
    readonly #said: EffectiveSetting[] = [];

    constructor(defaults: ReadonlyMap<string, EffectiveSetting>) {
        this.#defaults = defaults;
    }

    get(key: string): EffectiveSetting | undefined {
        const place = this.#placeOf(key);
        return place < 0 ? this.#defaults.get(key) : this.#said[place];
    }

    has(key: string): boolean {
        return this.get(key) !== undefined;
    }

    /** Puts a setting in place of what is said of its key. */
    set(setting: EffectiveSetting): void {
        const place = this.#placeOf(setting.key);
        this.#said[place < 0 ? this.#said.length : place] = setting;
    }

    /** Takes back what is said; the default, if there is one, holds again. */
    delete(key: string): void {
        const place = this.#placeOf(key);
        if (place >= 0) {
            this.#said.splice(place, 1);
        }
    }

    stated(): readonly EffectiveSetting[] {
        return this.#said.filter(({ origin }) => origin !== "default");
    }

    *keys(): Iterable<string> {
        for (const { key } of this.values()) {
            yield key;
        }
    }

    *values(): Iterable<EffectiveSetting> {
        yield* this.#said;
        for (const setting of this.#defaults.values()) {
            if (this.#placeOf(setting.key) < 0) {
                yield setting;
            }
        }
    }

    *[Symbol.iterator](): Iterator<readonly [string, EffectiveSetting]> {
        for (const setting of this.values()) {
            yield [setting.key, setting];
        }
    }

    #placeOf(key: string): number {
        for (let place = 0; place < this.#said.length; place += 1) {
            if (this.#said[place]?.key === key) {
                return place;
            }
        }
        return -1;
    }
}
