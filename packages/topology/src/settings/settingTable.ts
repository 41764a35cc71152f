import { type Capability, exchangeSettings, queueSettings } from "../broker/capabilities.ts";
import { absenceOf, asOf, isIn, type Precedence, precedenceOn, queueTypesIn } from "../broker/capability.ts";
import { type KnownVersion, queueTypeNoun } from "../model/index.ts";
import type { PolicyTarget } from "./effectivePolicies.ts";
import type { EffectiveSetting, Origin } from "./settings.ts";

/** The sources of a setting's value, in the order in which the broker merges them. */
export const sources = ["policy", "operator policy", "argument"] as const satisfies readonly Origin[];
export type Source = (typeof sources)[number];

type Kind = PolicyTarget["kind"];

const capabilitiesOf: Readonly<Record<Kind, Readonly<Record<string, Capability>>>> = {
    queue: queueSettings,
    exchange: exchangeSettings,
};

const argumentNames: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
    queue: namesOf(queueSettings),
    exchange: namesOf(exchangeSettings),
};

const keysByArgument: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
    queue: inverse(argumentNames.queue),
    exchange: inverse(argumentNames.exchange),
};

function namesOf(table: Readonly<Record<string, Capability>>): ReadonlyMap<string, string> {
    return new Map(Object.entries(table).map(([key, { argument }]) => [key, argument ?? `x-${key}`]));
}

function inverse(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    return new Map([...names].map(([key, argument]) => [argument, key]));
}

/** The policy key of an argument; `undefined` for an unknown argument. */
export function settingOfArgument(kind: Kind, argument: string): string | undefined {
    return keysByArgument[kind].get(argument);
}

/** The argument of a policy key; `undefined` for an unknown key. */
export function argumentOfSetting(kind: Kind, key: string): string | undefined {
    return argumentNames[kind].get(key);
}

/** The settings of objects of one kind and type on one broker version. Thousands of queues share one table. */
export class SettingTable {
    /** The broker's default values. */
    readonly defaults: ReadonlyMap<string, EffectiveSetting>;
    readonly #target: PolicyTarget;
    readonly version: KnownVersion;
    readonly #capabilities: Readonly<Record<string, Capability>>;
    readonly #supported: Readonly<Record<Source, ReadonlySet<string>>>;
    readonly #reasons: Readonly<Record<Source, Map<string, string | null>>> = {
        policy: new Map(),
        "operator policy": new Map(),
        argument: new Map(),
    };

    /** @param target any object of the kind and type */
    constructor(target: PolicyTarget, version: KnownVersion) {
        this.#target = target;
        this.version = version;
        this.#capabilities = capabilitiesOf[target.kind];
        this.defaults = new Map(
            Object.entries(this.#capabilities).flatMap(([key, capability]) => {
                const { default: value } = asOf(capability, version);
                return value !== undefined && this.#has(capability)
                    ? [[key, { key, origin: "default" as const, value, overridden: [] }]]
                    : [];
            }),
        );
        const supported = (source: Source): ReadonlySet<string> =>
            new Set(
                [...argumentNames[target.kind]]
                    .filter(
                        ([key, argument]) =>
                            this.reasonIgnored(source === "argument" ? argument : key, source) === undefined,
                    )
                    .map(([key]) => key),
            );
        this.#supported = {
            policy: supported("policy"),
            "operator policy": supported("operator policy"),
            argument: supported("argument"),
        };
    }

    /** The argument of a setting. */
    argumentOf(key: string): string | undefined {
        return argumentOfSetting(this.#target.kind, key);
    }

    /** Whether a setting from a source has an effect, apart from settings that it depends on. */
    supports(key: string, source: Source): boolean {
        return this.#supported[source].has(key);
    }

    /** The policy key for a name in a source, where an argument has the prefix `x-`; `undefined` if it is unknown. */
    settingOf(written: string, source: Source): string | undefined {
        return source === "argument"
            ? settingOfArgument(this.#target.kind, written)
            : Object.hasOwn(this.#capabilities, written)
              ? written
              : undefined;
    }

    /** Why a name in a source has no effect; `undefined` if it has one. */
    reasonIgnored(written: string, source: Source): string | undefined {
        const known = this.#reasons[source];
        let reason = known.get(written);
        if (reason === undefined) {
            reason = this.#reason(written, source) ?? null;
            known.set(written, reason);
        }
        return reason ?? undefined;
    }

    #reason(written: string, source: Source): string | undefined {
        const key = this.settingOf(written, source);
        const capability = key === undefined ? undefined : this.#capabilities[key];
        if (capability === undefined) {
            return this.#reasonUnknown(written, source);
        }
        if (this.#target.kind === "exchange") {
            return undefined;
        }
        const { type } = this.#target.object;
        const version = this.version;
        switch (absenceOf(capability, source, type, version)) {
            case undefined:
                return undefined;
            case "refused":
                return `RabbitMQ ${version} refuses it as ${source === "argument" ? "an argument" : `a key of ${source === "policy" ? "a policy" : "an operator policy"}`} of a ${queueTypeNoun(type)}`;
            case "ignored":
            case "policy dropped whole":
            case "behaves differently":
                return isIn(capability, version)
                    ? `a ${queueTypeNoun(type)} of RabbitMQ ${version} does not support it`
                    : `RabbitMQ ${version} does not have it`;
        }
    }

    /** How a source's value ranks against the values of the sources before it. */
    precedence(key: string, source: Source): Precedence {
        const capability = this.#capabilities[key];
        if (source !== "argument") {
            return capability?.operatorPrecedence ?? "policy";
        }
        return capability === undefined || this.#target.kind === "exchange"
            ? "argument"
            : precedenceOn(capability, this.#target.object.type);
    }

    #has(capability: Capability): boolean {
        return this.#target.kind === "queue"
            ? queueTypesIn(capability, this.version).includes(this.#target.object.type)
            : isIn(capability, this.version);
    }

    #reasonUnknown(written: string, source: Source): string | undefined {
        const { kind, object } = this.#target;
        if (source !== "argument") {
            return Object.hasOwn(queueSettings, written) || Object.hasOwn(exchangeSettings, written)
                ? `it is a setting for ${kind === "queue" ? "exchanges" : "queues"}`
                : "no setting with this name is known";
        }
        return kind === "exchange" && object.type.startsWith("x-")
            ? undefined
            : "no argument with this name is known";
    }
}
