import { type Capability, exchangeSettings, queueSettings } from "../broker/capabilities.ts";
import { absenceOf, isIn, type Precedence, precedenceOn, queueTypesIn } from "../broker/capability.ts";
import type { BrokerVersion } from "../model/index.ts";
import type { PolicyTarget } from "./effectivePolicies.ts";
import type { EffectiveSetting, Origin } from "./settings.ts";

/** Who can say something of a setting, in the order in which the broker joins them. */
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

/** The setting, as a policy spells it, that an argument gives; `undefined` where no such argument is known. */
export function settingOfArgument(kind: Kind, argument: string): string | undefined {
    return keysByArgument[kind].get(argument);
}

/** The argument that gives a setting, which a policy spells otherwise; `undefined` where no such setting is known. */
export function argumentOfSetting(kind: Kind, key: string): string | undefined {
    return argumentNames[kind].get(key);
}

/** What objects of one kind and type can be told on one version of the broker. Thousands of queues share one. */
export class SettingTable {
    /** What the broker takes where nobody says anything. */
    readonly defaults: ReadonlyMap<string, EffectiveSetting>;
    readonly #target: PolicyTarget;
    readonly version: BrokerVersion;
    readonly #capabilities: Readonly<Record<string, Capability>>;
    readonly #heeded: Readonly<Record<Source, ReadonlySet<string>>>;
    readonly #reasons: Readonly<Record<Source, Map<string, string | null>>> = {
        policy: new Map(),
        "operator policy": new Map(),
        argument: new Map(),
    };

    /** @param target any object of the kind and type */
    constructor(target: PolicyTarget, version: BrokerVersion) {
        this.#target = target;
        this.version = version;
        this.#capabilities = capabilitiesOf[target.kind];
        this.defaults = new Map(
            Object.entries(this.#capabilities).flatMap(([key, capability]) =>
                capability.default !== undefined && this.#has(capability)
                    ? [[key, { key, origin: "default" as const, value: capability.default, overridden: [] }]]
                    : [],
            ),
        );
        const heeded = (source: Source): ReadonlySet<string> =>
            new Set(
                [...argumentNames[target.kind]]
                    .filter(
                        ([key, argument]) =>
                            this.reasonAgainst(source === "argument" ? argument : key, source) === undefined,
                    )
                    .map(([key]) => key),
            );
        this.#heeded = {
            policy: heeded("policy"),
            "operator policy": heeded("operator policy"),
            argument: heeded("argument"),
        };
    }

    /** The argument that gives a setting. */
    argumentOf(key: string): string | undefined {
        return argumentOfSetting(this.#target.kind, key);
    }

    /** Whether the broker acts on a setting that a source gives, as far as it needs no other. */
    heeds(key: string, source: Source): boolean {
        return this.#heeded[source].has(key);
    }

    /** The setting that a source gives under a name: an argument's has `x-` before it. `undefined` where none is known. */
    settingOf(written: string, source: Source): string | undefined {
        return source === "argument"
            ? settingOfArgument(this.#target.kind, written)
            : Object.hasOwn(this.#capabilities, written)
              ? written
              : undefined;
    }

    /** Why the broker does not act on what a source says under a name; `undefined` where it does. */
    reasonAgainst(written: string, source: Source): string | undefined {
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
            return this.#reasonAgainstUnknown(written, source);
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
                return `RabbitMQ ${version} refuses it as ${source === "argument" ? "an argument" : `a key of ${source === "policy" ? "a policy" : "an operator policy"}`} of a ${type} queue`;
            case "ignored":
            case "policy dropped whole":
            case "behaves differently":
                return isIn(capability, version)
                    ? `a ${type} queue of RabbitMQ ${version} does not act on it`
                    : `RabbitMQ ${version} does not have it`;
        }
    }

    /** How what a source says of a setting stands to what those before it say. */
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

    #reasonAgainstUnknown(written: string, source: Source): string | undefined {
        const { kind, object } = this.#target;
        if (source !== "argument") {
            return Object.hasOwn(queueSettings, written) || Object.hasOwn(exchangeSettings, written)
                ? `it is a setting of ${kind === "queue" ? "exchanges" : "queues"}`
                : "no setting of this name is known";
        }
        return kind === "exchange" && object.type.startsWith("x-")
            ? undefined
            : "no argument of this name is known";
    }
}
