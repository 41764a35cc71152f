/** What must hold of a deployment. */
export interface Invariant {
    readonly text: string;
    /** What it takes to see whether it holds: one topology, two of them, the manifests, or a broker that runs. */
    readonly proof: "topology" | "change" | "manifests" | "broker";
}

/** In order of value; rules name them by their number, which counts from 1. */
export const invariants: readonly Invariant[] = [
    { text: "No queue, exchange or virtual host is replaced or deleted without approval.", proof: "change" },
    {
        text: "A binding gets its ends from the managed objects, so that a replaced queue gets its bindings back.",
        proof: "topology",
    },
    { text: "Each declared publication reaches a queue.", proof: "topology" },
    { text: "Nothing refers to what does not exist.", proof: "topology" },
    { text: "Every queue has a producer and a consumer, or keeps messages for a person.", proof: "topology" },
    { text: "A dead-letter exchange exists and leads to a queue.", proof: "topology" },
    { text: "No dead letters go in a circle.", proof: "topology" },
    { text: "No queue dead-letters to itself.", proof: "topology" },
    { text: "No two policies of equal precedence match one object.", proof: "topology" },
    { text: "The policy that wins has every key that the object needs.", proof: "topology" },
    { text: "Patterns are anchored and match what was meant.", proof: "topology" },
    { text: "No setting is given by argument and by policy.", proof: "topology" },
    { text: "What can change is set by policy.", proof: "topology" },
    { text: "Queues of work are durable and replicated.", proof: "topology" },
    { text: "Every quorum queue has a delivery limit and dead letters.", proof: "topology" },
    { text: "At-least-once dead-lettering has what it needs.", proof: "topology" },
    { text: "Dead letters are kept safely.", proof: "topology" },
    { text: "Every queue is bounded, and a full one loses nothing silently.", proof: "topology" },
    { text: "TTLs are longer than the work and the waiting.", proof: "topology" },
    { text: "Consumers get the time that their jobs need.", proof: "topology" },
    { text: "Every setting is one that the version and the queue type have.", proof: "topology" },
    { text: "Priorities are within the range of version and type.", proof: "topology" },
    { text: "Requests end with their callers' patience.", proof: "topology" },
    {
        text: "Each service has a user of its own, which may do what it declares and no more.",
        proof: "topology",
    },
    { text: "Each publisher on a topic exchange is limited to its keys.", proof: "topology" },
    {
        text: "No default user, no administrator among services, every password secret and distinct.",
        proof: "topology",
    },
    { text: "The management API is reached by https, and no port is public.", proof: "topology" },
    {
        text: "Clusters have an odd number of nodes, spread, with a budget for disruptions.",
        proof: "manifests",
    },
    { text: "Quorum queues have an odd number of replicas, three at least.", proof: "topology" },
    { text: "An operator caps what queues may take.", proof: "topology" },
    { text: "A rename is never a delete.", proof: "change" },
    { text: "A queue or binding goes only after its publishers and consumers.", proof: "change" },
    { text: "Objects are created in an order in which none lacks what it needs.", proof: "topology" },
    { text: "A change of a setting loses no message that is there already.", proof: "change" },
    { text: "Names are usable and told apart.", proof: "topology" },
    { text: "Binding keys mean what they seem to mean.", proof: "topology" },
    { text: "Exchanges do not feed each other in circles.", proof: "topology" },
    { text: "No count is beyond what a cluster carries.", proof: "topology" },
    { text: "Environments differ in allowed keys only.", proof: "topology" },
    { text: "Prefetch is limited and fits bound and replicas.", proof: "topology" },
    { text: "Messages fit the broker's limit.", proof: "topology" },
    { text: "Packages, plugins and images are pinned.", proof: "topology" },
    { text: "The broker holds what is declared and nothing else.", proof: "broker" },
];

/** A test of what is no statement about topologies, by its file, from the repository's root, and its title. */
export interface Proof {
    readonly file: string;
    readonly title: string;
}

const program = "tests/unit/program/program.test.ts";
const manifests = "tests/unit/program/translate/kubernetes/broker.test.ts";

export const provedElsewhere: Readonly<Record<number, readonly Proof[]>> = {
    2: [{ file: program, title: "takes the name from the object itself and not from the model" }],
    26: [
        { file: program, title: "gives each user a password of its own, as a secret" },
        { file: program, title: "shows no password to anybody" },
    ],
    27: [
        {
            file: program,
            title: "publishes ports on the loopback interface only: the broker's three and the gateway's",
        },
        { file: manifests, title: "denies everything in both directions by default" },
        {
            file: manifests,
            title: "lets services in by AMQPS, nodes among themselves, named namespaces to the API and Prometheus to the numbers",
        },
    ],
    28: [
        {
            file: program,
            title: "runs three nodes with one configuration, of which the first publishes ports",
        },
        { file: manifests, title: "asks the operator for exactly this" },
    ],
    33: [
        { file: program, title: "the order of the dev stack" },
        { file: "packages/pulumi/tests/kubernetesBroker.test.ts", title: "has %s before %s" },
    ],
    39: [
        {
            file: "tests/unit/config/stackFiles.test.ts",
            title: "declares every key that the program knows, but the password, and no other",
        },
        { file: "tests/unit/topology/topology.test.ts", title: "declares the same objects as the dev stack" },
    ],
    41: [
        { file: "services/tests/services/test_mailstore.py", title: "test_a_mail_is_inline_or_a_reference" },
    ],
    42: [{ file: "tests/unit/pinned.test.ts", title: "pins every package to one version" }],
    43: [{ file: "tests/broker/topology.test.ts", title: "holds exactly the topology that was built" }],
};
