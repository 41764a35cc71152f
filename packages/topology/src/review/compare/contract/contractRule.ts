import type { InvariantId } from "../../../checks/invariants.ts";
/** What services and topology can no longer agree on, breaking ones first. */
export const contractChangeKinds = [
    "missing",
    "unroutable",
    "removed too early",
    "unconsumed",
    "starved",
    "narrowed too early",
] as const;

/** The kinds of changes of what services publish and consume. */
export type ContractChangeKind = (typeof contractChangeKinds)[number];

/** Something that services and topology no longer agree on. */
export interface ContractChange {
    /** The same in every run: `missing queue "x" for service "y"`. */
    readonly id: string;
    readonly kind: ContractChangeKind;
    readonly service: string;
    readonly text: string;
    readonly safeWay: string;
    /** Whether messages or services suffer; the others are told for information. */
    readonly blocks: boolean;
}

/** What the review says whenever services and topology no longer agree; docs/reference/rules.md is made of these. */
export interface ContractRule {
    /** A clause. */
    readonly reason: string;
    readonly safeWay: string;
    readonly source: string;
    /** The invariants that it guards a part of. */
    readonly invariants: readonly InvariantId[];
}

const expandContract =
    "Take it in two releases: first deploy services that no longer use it, then, when it is empty and idle, remove it.";

export const contractRules: Readonly<Record<ContractChangeKind, ContractRule>> = {
    missing: {
        reason: "a service consumes, reads or publishes to what no longer exists",
        safeWay: expandContract,
        source: "https://www.rabbitmq.com/docs/channels#error-handling",
        invariants: ["existingReferences", "removedAfterUse"],
    },
    unroutable: {
        reason: "a service publishes what no queue takes any more, or never took, but for one that keeps what has no route",
        safeWay: "Bind a queue with the key in the same release or before.",
        source: "https://www.rabbitmq.com/docs/publishers#unroutable",
        invariants: ["routedPublications", "removedAfterUse"],
    },
    "removed too early": {
        reason: "an object and the last declared use of it go in one release: while that is rolled out the running services still use it",
        safeWay: expandContract,
        source: "https://www.rabbitmq.com/docs/publishers#unroutable",
        invariants: ["removedAfterUse"],
    },
    unconsumed: {
        reason: "a queue that had a consumer has none: what arrives stays until the queue is full",
        safeWay: "Give it another consumer, or take its keys away and let it run empty first.",
        source: "https://www.rabbitmq.com/docs/consumers",
        invariants: ["producersAndConsumers", "removedAfterUse"],
    },
    starved: {
        reason: "a queue whose consumer stays gets no declared message any more",
        safeWay: "Remove consumer and queue in a later release, when the queue is empty.",
        source: "https://www.rabbitmq.com/docs/consumers",
        invariants: ["producersAndConsumers"],
    },
    "narrowed too early": {
        reason: "a right and the last declared use of it go in one release: the broker takes it back at once, and until the service is rolled out the running one is refused (403)",
        safeWay:
            "Take it in two releases: declare the new use beside the old one, and give the old one up, with its right, when no running service has it any more.",
        source: "https://www.rabbitmq.com/docs/access-control#authorisation",
        invariants: ["leastPrivilege", "removedAfterUse"],
    },
};
