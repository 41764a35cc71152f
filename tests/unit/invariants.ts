import type { InvariantId } from "../../packages/topology/src/checks/invariants.ts";

/** What must be true of this repository and of what it deploys, beyond what the rules of packages/topology prove. */
export const repositoryInvariants = {
    bindingsFollowReplacements:
        "A binding gets its ends from the managed objects, so that a replaced queue gets its bindings back.",
    privateManagement: "The management API is reached by https, and no port is public.",
    oddClusterSize: "Clusters have an odd number of nodes, spread, with a budget for disruptions.",
    safeCreationOrder: "Objects are created in an order in which none lacks what it needs.",
    equalEnvironments: "Environments differ in allowed keys only.",
    messageSize: "Messages fit the broker's limit.",
    pinnedVersions: "Packages, plugins and images are pinned.",
    brokerMatchesDeclaration: "The broker holds what is declared and nothing else.",
} as const satisfies Readonly<Record<string, string>>;

type RepositoryInvariantId = keyof typeof repositoryInvariants;

/** A test, by its file from the repository's root and its title. */
interface Proof {
    readonly file: string;
    readonly title: string;
}

const program = "tests/unit/program/program.test.ts";
const manifests = "tests/unit/program/translate/kubernetes/broker.test.ts";

/** The tests that prove each of them, and what the rules leave open of `safeCredentials`. */
export const invariantTests: Readonly<
    Record<RepositoryInvariantId | Extract<InvariantId, "safeCredentials">, readonly Proof[]>
> = {
    bindingsFollowReplacements: [
        { file: program, title: "takes the name from the object itself and not from the model" },
    ],
    safeCredentials: [
        { file: program, title: "gives each user a password of its own, as a secret" },
        { file: program, title: "shows no password to anybody" },
    ],
    privateManagement: [
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
    oddClusterSize: [
        {
            file: program,
            title: "runs three nodes with one configuration; only the first publishes ports",
        },
        { file: manifests, title: "asks the operator for exactly this" },
    ],
    safeCreationOrder: [
        { file: program, title: "the order of the dev stack" },
        { file: "packages/pulumi/tests/kubernetesBroker.test.ts", title: "has %s before %s" },
    ],
    equalEnvironments: [
        {
            file: "tests/unit/config/stackFiles.test.ts",
            title: "declares every key that the program knows, but the secrets, and no other",
        },
        { file: "tests/unit/topology/topology.test.ts", title: "declares the same objects as the dev stack" },
    ],
    messageSize: [
        { file: "services/tests/mailstore/test_directory.py", title: "test_a_mail_is_inline_or_a_reference" },
    ],
    pinnedVersions: [
        { file: "tests/unit/pinned.test.ts", title: "pins every package of %spackage.json to one version" },
    ],
    brokerMatchesDeclaration: [
        { file: "tests/broker/topology.test.ts", title: "holds exactly the topology that was built" },
    ],
};
