import type { ArgumentValue, Policy } from "../model/index.ts";
import type { PolicyTarget } from "./effectivePolicies.ts";
import { idleSettings, nothingIdle } from "./idleSettings.ts";
import { isPolicyStronger } from "./mergedPolicy.ts";
import type { EffectiveSetting, Ineffective, Origin, Settings, Statement } from "./settings.ts";
import { type SettingTable, type Source, sources } from "./settingTable.ts";

/**
 * The settings that policy, operator policy and arguments give to an object. They are read there when somebody asks: kept for each of 10,000
 * queues, they would be most of what a check holds in memory.
 */
export class SettingsInForce implements Settings {
    readonly #target: PolicyTarget;
    readonly #table: SettingTable;
    readonly #policy: Policy | undefined;
    readonly #operator: Policy | undefined;
    /** Whether it has any argument: most have none. */
    readonly #isArgued: boolean;
    /** What it is told in vain for want of another setting: the reason by key. */
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
        const told = this.#told(key);
        const byDefault = this.#table.defaults.get(key);
        if (told === undefined || !this.#idleKeys().has(key)) {
            return told ?? byDefault;
        }
        return byDefault && { ...byDefault, overridden: [statementOf(told), ...told.overridden] };
    }

    value(key: string): ArgumentValue | undefined {
        const said = this.said(key);
        return said === undefined ? this.#default(key) : said;
    }

    said(key: string): ArgumentValue | undefined {
        const value = this.#toldValue(key);
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
        const said = sources.flatMap((source) =>
            this.#writtenIn(source).flatMap((written) => this.#table.settingOf(written, source) ?? []),
        );
        for (const key of new Set([...said, ...this.#table.defaults.keys()])) {
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

    /** What is said in vain. */
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
            const told = this.#told(key);
            if (told !== undefined) {
                found.push({ key, ...sourceOf(told.origin, told.policy), reason });
            }
        }
        return found;
    }

    /** What a source says anything of, as it spells it. */
    #writtenIn(source: Source): readonly string[] {
        return source === "argument"
            ? Object.keys(this.#target.object.arguments).filter((argument) => argument !== "x-queue-type")
            : Object.keys(this.#policyOf(source)?.definition ?? {});
    }

    /** A setting as the broker joins what is said of it, whatever other settings it needs; `undefined` where nobody says anything of effect. */
    #told(key: string): EffectiveSetting | undefined {
        return sources.reduce<EffectiveSetting | undefined>((told, source) => {
            const said = this.#saying(key, source);
            return said === undefined || told === undefined
                ? (said ?? told)
                : this.#joined(told, said, source);
        }, undefined);
    }

    #saying(key: string, origin: Source): EffectiveSetting | undefined {
        const value = this.#valueIn(origin, key);
        return value === undefined
            ? undefined
            : { key, ...sourceOf(origin, this.#policyOf(origin)?.name), value, overridden: nobody };
    }

    /** Of what two say of one setting the one that counts, with the other as overridden. */
    #joined(below: EffectiveSetting, above: EffectiveSetting, source: Source): EffectiveSetting {
        const isAbove = this.#isStronger(above.key, source, above.value, below.value);
        const wins = isAbove ? above : below;
        return { ...wins, overridden: [...below.overridden, statementOf(isAbove ? below : above)] };
    }

    /** The value that {@link #told} comes to, for the many that ask no more: nothing is made for it. */
    #toldValue(key: string): ArgumentValue | undefined {
        const byPolicy = this.#valueIn("policy", key);
        return this.#over(this.#over(byPolicy, key, "operator policy"), key, "argument");
    }

    /** What counts of what the sources before one come to, and of what it says. */
    #over(below: ArgumentValue | undefined, key: string, source: Source): ArgumentValue | undefined {
        const value = this.#valueIn(source, key);
        return value === undefined || (below !== undefined && !this.#isStronger(key, source, value, below))
            ? below
            : value;
    }

    #default(key: string): ArgumentValue | undefined {
        return this.#table.defaults.get(key)?.value;
    }

    /** What a source says of a setting and the broker heeds. */
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

    /** Whether what a source says counts, rather than what those before it come to. */
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
                  said: (key) => this.#toldValue(key),
                  defaultOf: (key) => this.#default(key),
              });
    }
}

/** Nobody says anything else: of most settings. */
const nobody: readonly Statement[] = [];

function sourceOf(origin: Origin, policy: string | undefined): Omit<Statement, "value"> {
    return policy === undefined ? { origin } : { origin, policy };
}

function statementOf({ origin, policy, value }: Statement): Statement {
    return { ...sourceOf(origin, policy), value };
}
