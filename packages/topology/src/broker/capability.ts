import { type ArgumentValue, type BrokerVersion, isAtLeast, type QueueType } from "../model/index.ts";

/** What a capability is about: a setting of queues or exchanges, or how the broker itself behaves. */
export type Subject = "queue" | "exchange" | "broker";

/** How a setting can be given to the broker; `configuration` stands for a node's `rabbitmq.conf`. */
export type SettableBy = "policy" | "operator policy" | "argument" | "configuration";

/**
 * Who wins where a policy and an argument both say it. `maximum` and `minimum` take the larger or the smaller value;
 * `limit` is a minimum for which a negative value means "no limit", and a limit beats no limit.
 */
export type Precedence = "argument" | "policy" | "minimum" | "maximum" | "limit";

/** What becomes of a setting that a version or a queue type does not have. */
export type Absence =
    /** The broker answers with an error; an import of definitions fails there. */
    | "refused"
    /** It is stored, shown, and does nothing. */
    | "ignored"
    /** The broker passes the whole policy over for such a queue: a lower one applies, or none. */
    | "policy dropped whole"
    /** It is there under the same name and means something else. */
    | "behaves differently";

/** One thing that not every supported version or queue type can do. */
export interface Capability {
    readonly subject: Subject;
    readonly since: BrokerVersion;
    /** The first version that no longer has it. */
    readonly until?: BrokerVersion;
    /** The queue types on which it has an effect; none for what is no queue's. */
    readonly queueTypes: readonly QueueType[];
    /** The queue types that take it as an argument. @default - those on which it has an effect */
    readonly argumentTypes?: readonly QueueType[];
    /** What was different in versions before one. @default - nothing */
    readonly earlier?: { readonly before: BrokerVersion } & Partial<
        Pick<Capability, "argumentTypes" | "queueTypes">
    >;
    readonly settableBy: readonly SettableBy[];
    /** The queue types for which a policy with this key is no policy at all. */
    readonly dropsPolicyOf: readonly QueueType[];
    /** The argument's name, where it is not the policy key with `x-` before it. */
    readonly argument?: string;
    readonly precedence: Precedence | Readonly<Record<QueueType, Precedence>>;
    /** How an operator policy joins a policy. @default - "policy": the operator's word counts */
    readonly operatorPrecedence?: Exclude<Precedence, "argument">;
    /** What holds where nobody says anything. @default - nothing: unlimited, or off */
    readonly default?: ArgumentValue;
    /**
     * What becomes of it in a version that lacks it. "ignored": that version still knows the name, checks who may say it, and does nothing.
     * @default - a policy is refused, an argument stored and ignored like any unknown one
     */
    readonly absence?: Absence;
    /** What it does, or what changed, in one sentence. */
    readonly summary: string;
    /** Where the rule is written down. */
    readonly source: string;
}

/** Whether a version has the capability at all. */
export function isIn({ since, until }: Capability, version: BrokerVersion): boolean {
    return isAtLeast(version, since) && !(until !== undefined && isAtLeast(version, until));
}

/** The queue types on which a setting has an effect in a version; none where the version lacks it. */
export function queueTypesIn(capability: Capability, version: BrokerVersion): readonly QueueType[] {
    return isIn(capability, version) ? asOf(capability, version).queueTypes : [];
}

function asOf(capability: Capability, version: BrokerVersion): Capability {
    const { earlier } = capability;
    return earlier !== undefined && !isAtLeast(version, earlier.before)
        ? { ...capability, ...earlier }
        : capability;
}

/** How a policy and an argument with the same setting are resolved on a queue of this type. */
export function precedenceOn({ precedence }: Capability, type: QueueType): Precedence {
    return typeof precedence === "string" ? precedence : precedence[type];
}

/**
 * What becomes of a queue setting that is given in a certain way to a queue of a type, on a version; `undefined` where it works.
 *
 * The rules differ by way. An unknown policy key is refused when the policy is declared. A known one that another queue type lacks
 * is ignored, or makes the broker pass over the whole policy. An argument that only other types know is refused when the queue is
 * declared; one that no type knows is stored and ignored.
 * @see https://www.rabbitmq.com/docs/policies
 * @see https://www.rabbitmq.com/docs/queues#optional-arguments
 */
export function absenceOf(
    capability: Capability,
    way: SettableBy,
    type: QueueType,
    version: BrokerVersion,
): Absence | undefined {
    const isPolicy = way === "policy" || way === "operator policy";
    const isKnown = isIn(capability, version);
    if (!isKnown && capability.absence !== "ignored") {
        return capability.absence ?? (isPolicy ? "refused" : "ignored");
    }
    if (isPolicy && !capability.settableBy.includes(way)) {
        return "refused";
    }
    if (isPolicy && capability.dropsPolicyOf.includes(type)) {
        return "policy dropped whole";
    }
    const { queueTypes, argumentTypes = queueTypes } = asOf(capability, version);
    if (!isPolicy && !argumentTypes.includes(type)) {
        return argumentTypes.length > 0 ? "refused" : "ignored";
    }
    return isKnown && queueTypes.includes(type) && capability.settableBy.includes(way)
        ? undefined
        : "ignored";
}
