/** What must be true of a topology, or of a change to it. */
export interface Invariant {
    readonly text: string;
    /** What a rule looks at to prove it: one topology, or the topology before and after a change. */
    readonly proof: "topology" | "change";
}

/** In order of importance. Each rule names the ones that it proves a part of. */
export const invariants = {
    approvedDestruction: {
        text: "No queue, exchange or virtual host is replaced or deleted without approval.",
        proof: "change",
    },
    routedPublications: { text: "Each declared publication reaches a queue.", proof: "topology" },
    existingReferences: { text: "Nothing refers to what does not exist.", proof: "topology" },
    producersAndConsumers: {
        text: "Every queue has a producer and a consumer, or keeps messages for a person.",
        proof: "topology",
    },
    deadLettersReachQueue: { text: "A dead-letter exchange exists and leads to a queue.", proof: "topology" },
    noDeadLetterCycle: { text: "No dead letters go in a circle.", proof: "topology" },
    noSelfDeadLettering: { text: "No queue dead-letters to itself.", proof: "topology" },
    onePolicyPerObject: { text: "No two policies of equal precedence match one object.", proof: "topology" },
    completePolicy: { text: "The policy that wins has every key that the object needs.", proof: "topology" },
    anchoredPatterns: { text: "Patterns are anchored and match what was meant.", proof: "topology" },
    settingGivenOnce: { text: "No setting is given by argument and by policy.", proof: "topology" },
    changeableByPolicy: { text: "What can change is set by policy.", proof: "topology" },
    durableWork: { text: "Queues of work are durable and replicated.", proof: "topology" },
    limitedDelivery: { text: "Every quorum queue has a delivery limit and dead letters.", proof: "topology" },
    safeAtLeastOnce: { text: "At-least-once dead-lettering has what it needs.", proof: "topology" },
    safeDeadLetters: { text: "Dead letters are kept safely.", proof: "topology" },
    boundedQueues: {
        text: "Every queue is bounded, and a full one loses nothing silently.",
        proof: "topology",
    },
    sufficientTtl: { text: "TTLs are longer than the work and the waiting.", proof: "topology" },
    sufficientJobTime: { text: "Consumers get the time that their jobs need.", proof: "topology" },
    supportedSettings: {
        text: "Every setting is one that the version and the queue type have.",
        proof: "topology",
    },
    supportedPriorities: { text: "Priorities are within the range of version and type.", proof: "topology" },
    requestsExpire: { text: "Requests end with their callers' patience.", proof: "topology" },
    leastPrivilege: {
        text: "Each service has a user of its own, which may do what it declares and no more.",
        proof: "topology",
    },
    publisherKeys: { text: "Each publisher on a topic exchange is limited to its keys.", proof: "topology" },
    safeCredentials: {
        text: "No default user, no administrator among services, every password secret and distinct.",
        proof: "topology",
    },
    oddReplicaCount: {
        text: "Quorum queues have an odd number of replicas, three at least.",
        proof: "topology",
    },
    operatorLimits: { text: "An operator caps what queues may take.", proof: "topology" },
    renamesKeepQueues: { text: "A rename is never a delete.", proof: "change" },
    removedAfterUse: {
        text: "A queue or binding goes only after its publishers and consumers.",
        proof: "change",
    },
    safeSettingChanges: {
        text: "A change of a setting loses no message that is there already.",
        proof: "change",
    },
    distinctNames: { text: "Names are usable and told apart.", proof: "topology" },
    meaningfulBindingKeys: { text: "Binding keys mean what they seem to mean.", proof: "topology" },
    noExchangeCycle: { text: "Exchanges do not feed each other in circles.", proof: "topology" },
    clusterCapacity: { text: "No count is beyond what a cluster carries.", proof: "topology" },
    fittingPrefetch: { text: "Prefetch is limited and fits bound and replicas.", proof: "topology" },
} as const satisfies Readonly<Record<string, Invariant>>;

/** The ids of what must hold in every topology. */
export type InvariantId = keyof typeof invariants;
