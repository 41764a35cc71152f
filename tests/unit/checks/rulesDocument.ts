import type { RuleDescription } from "../../../src/checks/rule.js";

/** What must hold, in order of value; the rules name the numbers. */
export const invariants: readonly string[] = [
    "No queue, exchange or virtual host is replaced or deleted without approval.",
    "A binding gets its ends from the managed objects, so that a replaced queue gets its bindings back.",
    "Each declared publication reaches a queue.",
    "Nothing refers to what does not exist.",
    "Every queue has a producer and a consumer, or keeps messages for a person.",
    "A dead-letter exchange exists and leads to a queue.",
    "No dead letters go in a circle.",
    "No queue dead-letters to itself.",
    "No two policies of equal precedence match one object.",
    "The policy that wins has every key that the object needs.",
    "Patterns are anchored and match what was meant.",
    "No setting is given by argument and by policy.",
    "What can change is set by policy.",
    "Queues of work are durable and replicated.",
    "Every quorum queue has a delivery limit and dead letters.",
    "At-least-once dead-lettering has what it needs.",
    "Dead letters are kept safely.",
    "Every queue is bounded, and a full one loses nothing silently.",
    "TTLs are longer than the work and the waiting.",
    "Consumers get the time that their jobs need.",
    "Every setting is one that the version and the queue type have.",
    "Priorities are within the range of version and type.",
    "Requests end with their callers' patience.",
    "Each service has a user of its own, which may do what it declares and no more.",
    "Each publisher on a topic exchange is limited to its keys.",
    "No default user, no administrator among services, every password secret and distinct.",
    "The management API is reached by https, and no port is public.",
    "Clusters have an odd number of nodes, spread, with a budget for disruptions.",
    "Quorum queues have an odd number of replicas, three at least.",
    "An operator caps what queues may take.",
    "A rename is never a delete.",
    "A queue or binding goes only after its publishers and consumers.",
    "Objects are created in an order in which none lacks what it needs.",
    "A change of a setting loses no message that is there already.",
    "Names are usable and told apart.",
    "Binding keys mean what they seem to mean.",
    "Exchanges do not feed each other in circles.",
    "No count is beyond what a cluster carries.",
    "Environments differ in allowed keys only.",
    "Prefetch is limited and fits bound and replicas.",
    "Messages fit the broker's limit.",
    "Packages, plugins and images are pinned.",
    "The broker holds what is declared and nothing else.",
];

/** Where an invariant is proved that is no statement about a topology, or about two. */
export const provedElsewhere: Readonly<Record<number, string>> = {
    2: "`tests/unit/components/program.test.ts`: bindings and policies take names from the objects themselves",
    26: "passwords: `tests/unit/components/program.test.ts`",
    27: "`tests/unit/components/program.test.ts`: ports on the loopback interface only; `tests/unit/config/parseEnvironment.test.ts`: endpoints",
    28: "`tests/unit/components/program.test.ts` for Docker; not yet for Kubernetes",
    33: "`tests/unit/components/program.test.ts`: what depends on what",
    39: "`tests/unit/config/stackFiles.test.ts` and `tests/unit/topology/topology.test.ts`",
    41: "`tests/unit/topology/contract.test.ts`: what is larger travels by reference",
    42: "`package-lock.json`, exact versions in `package.json`, `tests/images`",
    43: "needs a broker: no rule",
};

const cell = (text: string): string => text.replaceAll("|", "\\|");

function table(rules: readonly RuleDescription[]): string {
    const rows = rules.map(
        ({ id, severity, reason, fix, invariants: numbers, source }) =>
            `| \`${id}\` | ${severity} | ${cell(reason)} | ${cell(fix)} | ${numbers.join(", ")} | [source](${source}) |`,
    );
    return ["| rule | severity | reason | fix | invariants | |", "|---|---|---|---|---|---|", ...rows].join(
        "\n",
    );
}

/** The page about all rules, as Markdown. */
export function rulesDocument(
    rules: readonly RuleDescription[],
    changeRules: readonly RuleDescription[],
): string {
    const proofs = invariants.map((text, index) => {
        const number = index + 1;
        const ids = [...rules, ...changeRules]
            .filter((rule) => rule.invariants.includes(number))
            .map(({ id }) => `\`${id}\``);
        const elsewhere = provedElsewhere[number];
        return `| ${number} | ${text} | ${[...ids, ...(elsewhere === undefined ? [] : [elsewhere])].join(", ")} |`;
    });
    return `# Rules

Each rule is a file in \`src/checks/rules\` (one topology) or \`src/checks/changes\` (before and after). Severity: an **error** loses or refuses messages or sends
them nowhere, a **warning** is dangerous, a **note** is worth knowing. Where only a broker's own definitions are known, without the services and what the queues are for,
rules about somebody's wishes keep silent or take note only. This page is written by \`npx vitest run --project unit tests/unit/checks -u\`; the sentences that a person reads
are in \`tests/unit/checks/sentences.txt\` and \`changeSentences.txt\`.

## One topology

${table(rules)}

## A change

${table(changeRules)}

## Invariants

| | invariant | proved by |
|---|---|---|
${proofs.join("\n")}
`;
}
