/** What must be true of a topology, or of a change to it. */
export interface Invariant {
    readonly text: string;
    /** What a rule compares to prove it: one topology, or the topology before and after a change. */
    readonly proof: "topology" | "change";
}

/** In order of importance. Each rule lists the invariants that it helps to prove. */
export const invariants = {
    approvedDestruction: {
        text: "No queue, exchange or virtual host is replaced or deleted without approval.",
        proof: "change",
    },
    routedPublications: { text: "Each declared publication reaches a queue.", proof: "topology" },
    existingReferences: { text: "Every reference is to an object that exists.", proof: "topology" },
    producersAndConsumers: {
        text: "Every queue has a producer and a consumer, or keeps messages for a person.",
        proof: "topology",
    },
    deadLettersReachQueue: { text: "A dead-letter exchange exists and leads to a queue.", proof: "topology" },
    noDeadLetterCycle: { text: "Dead-lettering has no cycle.", proof: "topology" },
    noSelfDeadLettering: { text: "No queue dead-letters to itself.", proof: "topology" },
    onePolicyPerObject: {
        text: "No two policies with the same precedence match one object.",
        proof: "topology",
    },
    completePolicy: {
        text: "The policy that applies has every key that the object needs.",
        proof: "topology",
    },
    anchoredPatterns: { text: "Patterns are anchored and match only the intended names.", proof: "topology" },
    settingGivenOnce: { text: "No setting is set both by argument and by policy.", proof: "topology" },
    changeableByPolicy: {
        text: "Every setting that can be set by policy is set by policy.",
        proof: "topology",
    },
    durableWork: { text: "Work queues are durable and replicated.", proof: "topology" },
    limitedDelivery: {
        text: "Every quorum queue has a delivery limit and a dead-letter exchange.",
        proof: "topology",
    },
    safeAtLeastOnce: {
        text: "At-least-once dead-lettering has all settings that it depends on.",
        proof: "topology",
    },
    safeDeadLetters: { text: "Dead letters are not lost.", proof: "topology" },
    boundedQueues: {
        text: "Every queue is bounded, and a full queue loses no message silently.",
        proof: "topology",
    },
    sufficientTtl: { text: "TTLs are longer than jobs and retry delays.", proof: "topology" },
    sufficientJobTime: { text: "The consumer timeout is longer than the jobs.", proof: "topology" },
    supportedSettings: {
        text: "The broker version and the queue type support every setting.",
        proof: "topology",
    },
    supportedPriorities: {
        text: "Priorities are in the range that the version and the queue type support.",
        proof: "topology",
    },
    requestsExpire: { text: "Requests expire when their callers time out.", proof: "topology" },
    leastPrivilege: {
        text: "Each service has its own user, with exactly the permissions that it needs.",
        proof: "topology",
    },
    publisherKeys: {
        text: "Each publisher on a topic exchange is limited to its routing keys.",
        proof: "topology",
    },
    safeCredentials: {
        text: "No default user exists, no service is an administrator, and every password is secret and used once.",
        proof: "topology",
    },
    oddReplicaCount: {
        text: "Quorum queues have an odd number of replicas, at least three.",
        proof: "topology",
    },
    operatorLimits: { text: "Operator limits exist, and the topology stays within them.", proof: "topology" },
    renamesKeepQueues: { text: "A rename is never a delete.", proof: "change" },
    removedAfterUse: {
        text: "A queue or binding is deleted only after its publishers and consumers.",
        proof: "change",
    },
    safeSettingChanges: {
        text: "A change of a setting loses no message that is already in a queue.",
        proof: "change",
    },
    distinctNames: { text: "Names are valid and distinct.", proof: "topology" },
    meaningfulBindingKeys: {
        text: "Binding keys have the effect that they seem to have.",
        proof: "topology",
    },
    noExchangeCycle: { text: "Bindings between exchanges have no cycle.", proof: "topology" },
    clusterCapacity: { text: "No count is larger than a cluster can handle.", proof: "topology" },
    fittingPrefetch: {
        text: "Prefetch is limited, and fits the queue's bound and the number of replicas.",
        proof: "topology",
    },
} as const satisfies Readonly<Record<string, Invariant>>;

/** The ids of the invariants. */
export type InvariantId = keyof typeof invariants;
