import type { InvariantId } from "../../../checks/invariants.ts";
import type { ChangedObject } from "../change.ts";

/** The kinds of contract changes, breaking ones first. */
export const contractChangeKinds = [
    "missing",
    "unroutable",
    "removed too early",
    "unconsumed",
    "starved",
    "narrowed too early",
] as const;

/** How the topology and its services stop matching. */
export type ContractChangeKind = (typeof contractChangeKinds)[number];

/** A change after which the topology and a service no longer match. */
export interface ContractChange {
    /** The same in every run: `missing queue "x" for service "y"`. */
    readonly id: string;
    readonly kind: ContractChangeKind;
    readonly vhost: string;
    readonly service: string;
    /** The objects that no longer match, most specific first. */
    readonly subjects: readonly ChangedObject[];
    /** The route of the messages that no longer match. */
    readonly route?: { readonly exchange: string; readonly routingKey: string };
    readonly text: string;
    readonly safeWay: string;
    /** Whether messages or services are affected; other changes are for information. */
    readonly blocks: boolean;
}

/** A rule about one kind of contract change. The reference of rules is generated from these. */
export interface ContractRule {
    /** A clause. */
    readonly reason: string;
    readonly safeWay: string;
    readonly source: string;
    /** The invariants that this rule helps to check. */
    readonly invariants: readonly InvariantId[];
}

const expandContract =
    "Use two releases: first deploy services that no longer use it; then remove it, when it is empty and idle.";

export const contractRules: Readonly<Record<ContractChangeKind, ContractRule>> = {
    missing: {
        reason: "a service uses a queue, an exchange or a virtual host that no longer exists",
        safeWay: expandContract,
        source: "https://www.rabbitmq.com/docs/channels#error-handling",
        invariants: ["existingReferences", "removedAfterUse"],
    },
    unroutable: {
        reason: "a service publishes with a routing key that no queue is bound with: its messages are unroutable, or parked by the alternate exchange",
        safeWay: "Bind a queue with the routing key in the same or an earlier release.",
        source: "https://www.rabbitmq.com/docs/publishers#unroutable",
        invariants: ["routedPublications", "removedAfterUse"],
    },
    "removed too early": {
        reason: "an object and its last declared use are removed in one release: during the rollout, running services still use it",
        safeWay: expandContract,
        source: "https://www.rabbitmq.com/docs/publishers#unroutable",
        invariants: ["removedAfterUse"],
    },
    unconsumed: {
        reason: "a queue loses its last consumer: new messages stay until the queue is full",
        safeWay: "Add another consumer, or unbind the queue and let it run empty first.",
        source: "https://www.rabbitmq.com/docs/consumers",
        invariants: ["producersAndConsumers", "removedAfterUse"],
    },
    starved: {
        reason: "a queue keeps its consumer, but no declared message reaches it any longer",
        safeWay: "Remove the consumer and the queue in a later release, when the queue is empty.",
        source: "https://www.rabbitmq.com/docs/consumers",
        invariants: ["producersAndConsumers"],
    },
    "narrowed too early": {
        reason: "a permission and its last declared use are removed in one release: the permission is revoked immediately, and the running service gets access refused (403) until the new version is deployed",
        safeWay: "Use two releases: first deploy services without the old use; then revoke the permission.",
        source: "https://www.rabbitmq.com/docs/access-control#authorisation",
        invariants: ["leastPrivilege", "removedAfterUse"],
    },
};
