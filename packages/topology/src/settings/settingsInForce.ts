import type { ArgumentValue, Policy } from "../model/index.ts";
import type { PolicyTarget } from "./effectivePolicies.ts";
import { idleSettings, nothingIdle } from "./idleSettings.ts";
import { isPolicyStronger } from "./mergedPolicy.ts";
import type { EffectiveSetting, Ineffective, Origin, SettingSource, Settings } from "./settings.ts";
import { type SettingTable, type Source, sources } from "./settingTable.ts";

/**
 * The settings that policy, operator policy and arguments give to an object. They are resolved on request: kept for each of 10,000
 * queues, they would be most of what a check holds in memory.
 */
export class SettingsInForce implements Settings {
    readonly #target: PolicyTarget;
    readonly #table: SettingTable;
    readonly #policy: Policy | undefined;
    readonly #operator: Policy | undefined;
    /** Whether it has any argument: most have none. */
    readonly #isArgued: boolean;
    /** Settings without effect because one that they depend on is missing: the reason by key. */
    #idle: ReadonlyMap<string, string> | undefined;

    /** @param table that of the target's kind and type */
    constructor(
        target: PolicyTarget,
        table: SettingTable,
        policy: Policy | undefined,
        operator: Policy | undefined,
    ) {
        this.#target = target;
        this.#table = table;
        this.#policy = policy;
        this.#operator = operator;
        this.#isArgued = Object.keys(target.object.arguments).length > 0;
    }

    get(key: string): EffectiveSetting | undefined {
        const resolved = this.#resolve(key);
        const byDefault = this.#table.defaults.get(key);
        if (resolved === undefined || !this.#idleKeys().has(key)) {
            return resolved ?? byDefault;
        }
        return byDefault && { ...byDefault, overridden: [settingSource(resolved), ...resolved.overridden] };
    }

    value(key: string): ArgumentValue | undefined {
        const given = this.effectiveOrUndefined(key);
        return given === undefined ? this.#default(key) : given;
    }

    effectiveOrUndefined(key: string): ArgumentValue | undefined {
        const value = this.#resolvedValue(key);
        return value === undefined || this.#idleKeys().has(key) ? undefined : value;
    }

    has(key: string): boolean {
        return this.value(key) !== undefined;
    }

    *keys(): Iterable<string> {
        for (const { key } of this.values()) {
            yield key;
        }
    }

    *values(): Iterable<EffectiveSetting> {
        const given = sources.flatMap((source) =>
            this.#writtenIn(source).flatMap((written) => this.#table.settingOf(written, source) ?? []),
        );
        for (const key of new Set([...given, ...this.#table.defaults.keys()])) {
            const setting = this.get(key);
            if (setting !== undefined) {
                yield setting;
            }
        }
    }

    *[Symbol.iterator](): Iterator<readonly [string, EffectiveSetting]> {
        for (const setting of this.values()) {
            yield [setting.key, setting];
        }
    }

    /** The settings that are written and have no effect. */
    get withoutEffect(): readonly Ineffective[] {
        const found: Ineffective[] = [];
        for (const source of sources) {
            for (const written of this.#writtenIn(source)) {
                const reason = this.#table.reasonAgainst(written, source);
                if (reason !== undefined) {
                    const key = this.#table.settingOf(written, source) ?? written;
                    found.push({ key, ...sourceOf(source, this.#policyOf(source)?.name), reason });
                }
            }
        }
        for (const [key, reason] of this.#idleKeys()) {
            const resolved = this.#resolve(key);
            if (resolved !== undefined) {
                found.push({ key, ...sourceOf(resolved.origin, resolved.policy), reason });
            }
        }
        return found;
    }

    /** The keys that a source writes, as it spells them. */
    #writtenIn(source: Source): readonly string[] {
        return source === "argument"
            ? Object.keys(this.#target.object.arguments).filter((argument) => argument !== "x-queue-type")
            : Object.keys(this.#policyOf(source)?.definition ?? {});
    }

    /** The setting merged over all sources, before prerequisites are checked; `undefined` where no source gives a value. */
    #resolve(key: string): EffectiveSetting | undefined {
        return sources.reduce<EffectiveSetting | undefined>((below, source) => {
            const above = this.#fromSource(key, source);
            return above === undefined || below === undefined
                ? (above ?? below)
                : this.#stronger(below, above, source);
        }, undefined);
    }

    #fromSource(key: string, origin: Source): EffectiveSetting | undefined {
        const value = this.#valueIn(origin, key);
        return value === undefined
            ? undefined
            : { key, ...sourceOf(origin, this.#policyOf(origin)?.name), value, overridden: none };
    }

    /** The stronger of two values of one setting, with the other as overridden. */
    #stronger(below: EffectiveSetting, above: EffectiveSetting, source: Source): EffectiveSetting {
        const isAbove = this.#isStronger(above.key, source, above.value, below.value);
        const wins = isAbove ? above : below;
        return { ...wins, overridden: [...below.overridden, settingSource(isAbove ? below : above)] };
    }

    /** The value of {@link #resolve}, without making an object: most callers need no more. */
    #resolvedValue(key: string): ArgumentValue | undefined {
        const byPolicy = this.#valueIn("policy", key);
        return this.#over(this.#over(byPolicy, key, "operator policy"), key, "argument");
    }

    /** The stronger of the value of the sources before one, and of its own. */
    #over(below: ArgumentValue | undefined, key: string, source: Source): ArgumentValue | undefined {
        const value = this.#valueIn(source, key);
        return value === undefined || (below !== undefined && !this.#isStronger(key, source, value, below))
            ? below
            : value;
    }

    #default(key: string): ArgumentValue | undefined {
        return this.#table.defaults.get(key)?.value;
    }

    /** The value that a source gives to a setting, if the broker heeds it there. */
    #valueIn(source: Source, key: string): ArgumentValue | undefined {
        const value = source === "argument" ? this.#argument(key) : this.#policyOf(source)?.definition[key];
        return value !== undefined && this.#table.heeds(key, source) ? value : undefined;
    }

    #policyOf(source: Source): Policy | undefined {
        return source === "policy" ? this.#policy : source === "operator policy" ? this.#operator : undefined;
    }

    #argument(key: string): ArgumentValue | undefined {
        const name = this.#isArgued ? this.#table.argumentOf(key) : undefined;
        return name === undefined ? undefined : this.#target.object.arguments[name];
    }

    /** Whether the value of a source overrides the value of those before it. */
    #isStronger(key: string, source: Source, value: ArgumentValue, below: ArgumentValue): boolean {
        const precedence = this.#table.precedence(key, source);
        return source === "argument"
            ? !isPolicyStronger(precedence, below, value)
            : isPolicyStronger(precedence, value, below);
    }

    #idleKeys(): ReadonlyMap<string, string> {
        return (this.#idle ??= this.#findIdle());
    }

    #findIdle(): ReadonlyMap<string, string> {
        const { kind, object } = this.#target;
        return kind === "exchange"
            ? nothingIdle
            : idleSettings(object.type, {
                  merged: (key) => this.#resolvedValue(key),
                  defaultOf: (key) => this.#default(key),
              });
    }
}

/** Shared empty list: most settings override nothing. */
const none: readonly SettingSource[] = [];

function sourceOf(origin: Origin, policy: string | undefined): Omit<SettingSource, "value"> {
    return policy === undefined ? { origin } : { origin, policy };
}

function settingSource({ origin, policy, value }: SettingSource): SettingSource {
    return { ...sourceOf(origin, policy), value };
}
