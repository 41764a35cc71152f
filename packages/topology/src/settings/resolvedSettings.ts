import type { ArgumentValue, Policy } from "../model/index.ts";
import type { PolicyTarget } from "./effectivePolicies.ts";
import { isPolicyStronger } from "./mergedPolicy.ts";
import type { EffectiveSetting, Ineffective, Origin, SettingSource, Settings } from "./settings.ts";
import { type SettingTable, type Source, sources } from "./settingTable.ts";
import { noUnmetPrerequisites, unmetPrerequisites } from "./unmetPrerequisites.ts";

/**
 * The settings of an object, resolved from policy, operator policy and arguments. They are resolved on request: stored for each of 10,000
 * queues, they would use most of the memory of a check.
 */
export class ResolvedSettings implements Settings {
    readonly #target: PolicyTarget;
    readonly #table: SettingTable;
    readonly #policy: Policy | undefined;
    readonly #operator: Policy | undefined;
    /** Most objects have no arguments. */
    readonly #hasArguments: boolean;
    /** Settings without effect because a setting that they depend on is missing: the reason by key. */
    #unmet: ReadonlyMap<string, string> | undefined;

    /** @param table the table for the target's kind and type */
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
        this.#hasArguments = Object.keys(target.object.arguments).length > 0;
    }

    get(key: string): EffectiveSetting | undefined {
        const resolved = this.#resolve(key);
        const byDefault = this.#table.defaults.get(key);
        if (resolved === undefined || !this.#unmetKeys().has(key)) {
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
        return value === undefined || this.#unmetKeys().has(key) ? undefined : value;
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

    /** The settings in policies and arguments that have no effect. */
    get withoutEffect(): readonly Ineffective[] {
        const found: Ineffective[] = [];
        for (const source of sources) {
            for (const written of this.#writtenIn(source)) {
                const reason = this.#table.reasonIgnored(written, source);
                if (reason !== undefined) {
                    const key = this.#table.settingOf(written, source) ?? written;
                    found.push({ key, ...sourceOf(source, this.#policyOf(source)?.name), reason });
                }
            }
        }
        for (const [key, reason] of this.#unmetKeys()) {
            const resolved = this.#resolve(key);
            if (resolved !== undefined) {
                found.push({ key, ...sourceOf(resolved.origin, resolved.policy), reason });
            }
        }
        return found;
    }

    /** The names in a source: policy keys, or arguments. */
    #writtenIn(source: Source): readonly string[] {
        return source === "argument"
            ? Object.keys(this.#target.object.arguments).filter((argument) => argument !== "x-queue-type")
            : Object.keys(this.#policyOf(source)?.definition ?? {});
    }

    /** The setting merged from all sources, before prerequisites are checked; `undefined` if no source sets it. */
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

    /** The winning one of two values, with the other as overridden. */
    #stronger(below: EffectiveSetting, above: EffectiveSetting, source: Source): EffectiveSetting {
        const isAbove = this.#isStronger(above.key, source, above.value, below.value);
        const wins = isAbove ? above : below;
        return { ...wins, overridden: [...below.overridden, settingSource(isAbove ? below : above)] };
    }

    /** The value of {@link #resolve} without an object, which most callers do not need. */
    #resolvedValue(key: string): ArgumentValue | undefined {
        const byPolicy = this.#valueIn("policy", key);
        return this.#over(this.#over(byPolicy, key, "operator policy"), key, "argument");
    }

    /** The winner of a source's value and the merged value of the sources before it. */
    #over(below: ArgumentValue | undefined, key: string, source: Source): ArgumentValue | undefined {
        const value = this.#valueIn(source, key);
        return value === undefined || (below !== undefined && !this.#isStronger(key, source, value, below))
            ? below
            : value;
    }

    #default(key: string): ArgumentValue | undefined {
        return this.#table.defaults.get(key)?.value;
    }

    /** The value of a setting in a source, if it has an effect there. */
    #valueIn(source: Source, key: string): ArgumentValue | undefined {
        const value = source === "argument" ? this.#argument(key) : this.#policyOf(source)?.definition[key];
        return value !== undefined && this.#table.supports(key, source) ? value : undefined;
    }

    #policyOf(source: Source): Policy | undefined {
        return source === "policy" ? this.#policy : source === "operator policy" ? this.#operator : undefined;
    }

    #argument(key: string): ArgumentValue | undefined {
        const name = this.#hasArguments ? this.#table.argumentOf(key) : undefined;
        return name === undefined ? undefined : this.#target.object.arguments[name];
    }

    /** Whether the value of a source overrides the value of the sources before it. */
    #isStronger(key: string, source: Source, value: ArgumentValue, below: ArgumentValue): boolean {
        const precedence = this.#table.precedence(key, source);
        return source === "argument"
            ? !isPolicyStronger(precedence, below, value)
            : isPolicyStronger(precedence, value, below);
    }

    #unmetKeys(): ReadonlyMap<string, string> {
        return (this.#unmet ??= this.#findUnmet());
    }

    #findUnmet(): ReadonlyMap<string, string> {
        const { kind, object } = this.#target;
        return kind === "exchange"
            ? noUnmetPrerequisites
            : unmetPrerequisites(object.type, {
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
