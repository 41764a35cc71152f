import { type ArgumentValue, isAtLeast, type KnownVersion, type QueueType } from "../model/index.ts";

/** Whether a capability is a queue setting, an exchange setting, or a behaviour of the broker. */
export type Subject = "queue" | "exchange" | "broker";

/** How a setting can be set; `configuration` is a node's `rabbitmq.conf`. */
export type SettableBy = "policy" | "operator policy" | "argument" | "configuration";

/**
 * Which value is effective if a policy and an argument both set it. `maximum` and `minimum` use the larger or the smaller value;
 * `limit` is a minimum for which a negative value means "no limit", and any limit wins over no limit.
 */
export type Precedence = "argument" | "policy" | "minimum" | "maximum" | "limit";

/** What the broker does with a setting that a version or queue type does not support. */
export type Absence =
    /** The broker answers with an error; an import of definitions fails there. */
    | "refused"
    /** The broker stores and shows it, but it has no effect. */
    | "ignored"
    /** The broker ignores the whole policy for such a queue: a policy with a lower precedence applies, or none. */
    | "policy dropped whole"
    /** It exists under the same name, but with another meaning. */
    | "behaves differently";

/** A setting or behaviour that not every supported version or queue type has. */
export interface Capability {
    readonly subject: Subject;
    readonly since: KnownVersion;
    /** The first version without it. */
    readonly until?: KnownVersion;
    /** The queue types on which it has an effect; empty for exchange settings and broker behaviour. */
    readonly queueTypes: readonly QueueType[];
    /** The queue types that accept it as an argument. @default - those on which it has an effect */
    readonly argumentTypes?: readonly QueueType[];
    /** What was different before a version: the oldest version first, each compared with the newest version. @default - nothing */
    readonly earlier?: readonly EarlierCapability[];
    readonly settableBy: readonly SettableBy[];
    /** The queue types for which the broker ignores a whole policy with this key. */
    readonly dropsPolicyOf: readonly QueueType[];
    /** The argument's name. @default - the policy key with the prefix `x-` */
    readonly argument?: string;
    readonly precedence: Precedence | Readonly<Record<QueueType, Precedence>>;
    /** Which value is effective if a policy and an operator policy both set it. @default - "policy": the operator policy's */
    readonly operatorPrecedence?: Exclude<Precedence, "argument">;
    /** The broker's default value. @default - none: unlimited, or off */
    readonly default?: ArgumentValue | undefined;
    /**
     * What a version without it does. "ignored": that version still knows the name and validates where it is set, but it has no effect.
     * @default - it refuses a policy, and stores and ignores an argument
     */
    readonly absence?: Absence;
    /** What to use instead where it is absent: `use quorum queues`. @default - nothing */
    readonly replacement?: string;
    /** What it does or what changed, in one sentence. */
    readonly summary: string;
    /** Where it is documented. */
    readonly source: string;
}

/** What was different before a version. */
export type EarlierCapability = { readonly before: KnownVersion } & Partial<
    Pick<Capability, "argumentTypes" | "default" | "dropsPolicyOf" | "queueTypes" | "settableBy">
>;

/** Whether a version has the capability. */
export function isIn({ since, until }: Capability, version: KnownVersion): boolean {
    return isAtLeast(version, since) && !(until !== undefined && isAtLeast(version, until));
}

/** The queue types on which a setting has an effect in a version; empty if the version does not have it. */
export function queueTypesIn(capability: Capability, version: KnownVersion): readonly QueueType[] {
    return isIn(capability, version) ? asOf(capability, version).queueTypes : [];
}

/** The capability as a version has it. */
export function asOf(capability: Capability, version: KnownVersion): Capability {
    const change = capability.earlier?.find(({ before }) => !isAtLeast(version, before));
    return change === undefined ? capability : { ...capability, ...change };
}

/** Which value is effective if a policy and an argument set it for a queue of this type. */
export function precedenceOn({ precedence }: Capability, type: QueueType): Precedence {
    return typeof precedence === "string" ? precedence : precedence[type];
}

/**
 * What a broker version does with a queue setting for a queue of a type; `undefined` if the setting has its effect.
 *
 * The rules depend on where it is set. The broker refuses a policy with an unknown key. If the queue's type does not support a known key, the
 * broker ignores the key or the whole policy. The broker refuses to declare a queue with an argument of other queue types; it stores and
 * ignores an argument that no queue type knows.
 * @see https://www.rabbitmq.com/docs/policies
 * @see https://www.rabbitmq.com/docs/queues#optional-arguments
 */
export function absenceOf(
    capability: Capability,
    way: SettableBy,
    type: QueueType,
    version: KnownVersion,
): Absence | undefined {
    const isPolicy = way === "policy" || way === "operator policy";
    const isKnown = isIn(capability, version);
    if (!isKnown && capability.absence !== "ignored") {
        return capability.absence ?? (isPolicy ? "refused" : "ignored");
    }
    const { settableBy, dropsPolicyOf, queueTypes, argumentTypes = queueTypes } = asOf(capability, version);
    if (isPolicy && !settableBy.includes(way)) {
        return "refused";
    }
    if (isPolicy && dropsPolicyOf.includes(type)) {
        return "policy dropped whole";
    }
    if (!isPolicy && !argumentTypes.includes(type)) {
        return argumentTypes.length > 0 ? "refused" : "ignored";
    }
    return isKnown && queueTypes.includes(type) && settableBy.includes(way) ? undefined : "ignored";
}
