import type { ArgumentValue, BrokerVersion, Policy, PolicyDefinition } from "../model/index.js";
import { type Capability, exchangeSettings, queueSettings } from "./capabilities.js";
import { absenceOf, isIn, type Precedence, precedenceOn, queueTypesIn } from "./capability.js";
import type { PolicyTarget } from "./effectivePolicies.js";
import { type EffectiveSetting, type Origin, SettingsAboveDefaults, type Statement } from "./settings.js";

/** Something that was said and does nothing. */
export interface Ineffective {
    readonly key: string;
    readonly origin: Origin;
    readonly policy?: string;
    readonly reason: string;
}

/** Policy and operator policy in one, key by key. */
export function mergedDefinition(policy: Policy | undefined, operator: Policy | undefined): PolicyDefinition {
    const merged: Record<string, ArgumentValue> = { ...policy?.definition };
    for (const [key, value] of Object.entries(operator?.definition ?? {})) {
        const below = merged[key];
        const precedence = queueSettings[key]?.operatorPrecedence ?? "policy";
        merged[key] = below === undefined ? value : stronger(precedence, value, below);
    }
    return merged;
}

/** What a version of the broker takes for objects of a target's kind and type where nobody says anything. */
export function defaultSettings(
    target: PolicyTarget,
    version: BrokerVersion,
): ReadonlyMap<string, EffectiveSetting> {
    return new Map(
        Object.entries(tableOf(target)).flatMap(([key, capability]) =>
            capability.default !== undefined && hasIt(capability, target, version)
                ? [[key, { key, origin: "default" as const, value: capability.default, overridden: [] }]]
                : [],
        ),
    );
}

function tableOf({ kind }: PolicyTarget): Readonly<Record<string, Capability>> {
    return kind === "queue" ? queueSettings : exchangeSettings;
}

/**
 * The settings that policy, operator policy and arguments give to an object, and those that they only seem to give.
 * @param defaults what {@link defaultSettings} says of the target; the same for many
 */
export function resolvedSettings(
    target: PolicyTarget,
    policy: Policy | undefined,
    operator: Policy | undefined,
    version: BrokerVersion,
    defaults: ReadonlyMap<string, EffectiveSetting>,
): { readonly settings: SettingsAboveDefaults; readonly withoutEffect: Ineffective[] } {
    const settings = new SettingsAboveDefaults(defaults);
    const withoutEffect: Ineffective[] = [];
    const table = tableOf(target);
    const { kind, object } = target;
    /** Policy before operator policy before argument: the broker joins the policies first and the argument after. */
    const say = (said: EffectiveSetting): void => {
        const { key, origin } = said;
        const capability = table[key];
        const reason = reasonAgainst(key, capability, origin, target, version);
        if (reason !== undefined) {
            withoutEffect.push({ key, ...sourceOf(said), reason });
        } else if (capability !== undefined) {
            const below = settings.get(key);
            const isFirst = below === undefined || below.origin === "default";
            settings.set(isFirst ? said : joined(below, said, capability, target));
        }
    };
    const overridden = unopposed;
    for (const [key, value] of Object.entries(policy?.definition ?? {})) {
        say({ key, origin: "policy", policy: policy?.name ?? "", value, overridden });
    }
    for (const [key, value] of Object.entries(operator?.definition ?? {})) {
        say({ key, origin: "operator policy", policy: operator?.name ?? "", value, overridden });
    }
    for (const [argument, value] of Object.entries(object.arguments)) {
        if (argument !== "x-queue-type") {
            const key = settingOfArgument(kind, argument) ?? argument;
            say({ key, origin: "argument", value, overridden });
        }
    }
    return { settings, withoutEffect };
}

/** Nobody says anything else: of most settings. */
const unopposed: readonly Statement[] = [];

/** Who says it, without what. */
export function sourceOf({ origin, policy }: Statement): Pick<Ineffective, "origin" | "policy"> {
    return { origin, ...(policy !== undefined && { policy }) };
}

const keysByArgument: Readonly<Record<PolicyTarget["kind"], ReadonlyMap<string, string>>> = {
    queue: argumentsOf(queueSettings),
    exchange: argumentsOf(exchangeSettings),
};

/** The setting, as a policy spells it, that an argument gives; `undefined` where no such argument is known. */
export function settingOfArgument(kind: PolicyTarget["kind"], argument: string): string | undefined {
    return keysByArgument[kind].get(argument);
}

function argumentsOf(table: Readonly<Record<string, Capability>>): ReadonlyMap<string, string> {
    return new Map(Object.entries(table).map(([key, { argument }]) => [argument ?? `x-${key}`, key]));
}

function hasIt(capability: Capability, target: PolicyTarget, version: BrokerVersion): boolean {
    return target.kind === "queue"
        ? queueTypesIn(capability, version).includes(target.object.type)
        : isIn(capability, version);
}

/** Why the broker does not act on what a source says; `undefined` where it does. */
function reasonAgainst(
    key: string,
    capability: Capability | undefined,
    origin: Origin,
    target: PolicyTarget,
    version: BrokerVersion,
): string | undefined {
    if (capability === undefined) {
        return reasonAgainstUnknown(key, origin, target);
    }
    if (target.kind === "exchange" || origin === "default") {
        return undefined;
    }
    const { type } = target.object;
    switch (absenceOf(capability, origin, type, version)) {
        case undefined:
            return undefined;
        case "refused":
            return `RabbitMQ ${version} refuses it as ${origin === "argument" ? "an argument" : `a key of ${origin === "policy" ? "a policy" : "an operator policy"}`} of a ${type} queue`;
        case "ignored":
        case "policy dropped whole":
        case "behaves differently":
            return isIn(capability, version)
                ? `a ${type} queue of RabbitMQ ${version} does not act on it`
                : `RabbitMQ ${version} does not have it`;
    }
}

function reasonAgainstUnknown(
    key: string,
    origin: Origin,
    { kind, object }: PolicyTarget,
): string | undefined {
    if (origin !== "argument") {
        return key in queueSettings || key in exchangeSettings
            ? `it is a setting of ${kind === "queue" ? "exchanges" : "queues"}`
            : "no setting of this name is known";
    }
    return kind === "exchange" && object.type.startsWith("x-")
        ? undefined
        : "no argument of this name is known";
}

/** What two say of one setting: the one that counts, and the other as overridden. */
function joined(
    below: EffectiveSetting,
    above: EffectiveSetting,
    capability: Capability,
    target: PolicyTarget,
): EffectiveSetting {
    const isOperator = above.origin === "operator policy";
    const precedence = isOperator
        ? (capability.operatorPrecedence ?? "policy")
        : target.kind === "queue"
          ? precedenceOn(capability, target.object.type)
          : "argument";
    const [policySays, argumentSays] = isOperator ? [above, below] : [below, above];
    const [wins, loses] = strongerIsFirst(precedence, policySays.value, argumentSays.value)
        ? [policySays, argumentSays]
        : [argumentSays, policySays];
    return { ...wins, overridden: [...below.overridden, { ...sourceOf(loses), value: loses.value }] };
}

function stronger(precedence: Precedence, policy: ArgumentValue, other: ArgumentValue): ArgumentValue {
    return strongerIsFirst(precedence, policy, other) ? policy : other;
}

/** Whether the policy's value counts, rather than the argument's; between policies, the operator's rather than the policy's. */
function strongerIsFirst(precedence: Precedence, policy: ArgumentValue, other: ArgumentValue): boolean {
    if (precedence === "policy" || precedence === "argument") {
        return precedence === "policy";
    }
    // What is no number the broker would have refused; it must not beat one that counts.
    if (typeof policy !== "number" || typeof other !== "number") {
        return typeof policy === "number";
    }
    const least = precedence === "minimum" || (precedence === "limit" && policy >= 0 && other >= 0);
    return least ? policy < other : policy > other;
}
