import { invariantTests, repositoryInvariants } from "../../../../tests/unit/invariants.ts";
import { type InvariantId, invariants } from "../../src/checks/invariants.ts";
import type { RuleDescription } from "../../src/checks/rule.ts";
import type { EffectRule } from "../../src/review/changeRules/effectRule.ts";
import type { FieldRule, KindRule } from "../../src/review/changeRules/rule.ts";
import type { ObjectKind } from "../../src/review/compare/change.ts";
import type { ContractRule } from "../../src/review/compare/contract/contractRule.ts";

/** Every rule that the page is about. */
export interface DescribedRules {
    readonly checks: readonly RuleDescription[];
    readonly effects: readonly EffectRule[];
    readonly contracts: Readonly<Record<string, ContractRule>>;
    readonly kinds: Readonly<Record<ObjectKind, KindRule>>;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const idsText = (ids: readonly InvariantId[]): string => ids.map((id) => `\`${id}\``).join(", ");
const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    return [head, head.map(() => "---"), ...rows]
        .map((cells) => `| ${cells.map(cell).join(" | ")} |`)
        .join("\n");
}

function checksTable(checks: readonly RuleDescription[]): string {
    return table(
        ["rule", "severity", "reason", "fix", "invariants", ""],
        checks.map(({ id, severity, reason, fix, invariants: proved, source }) => [
            `\`${id}\``,
            severity,
            reason,
            fix,
            idsText(proved),
            `[source](${source})`,
        ]),
    );
}

function effectsTable(effects: readonly EffectRule[]): string {
    return table(
        ["rule", "messages are", "reason", "safe way", "invariants", ""],
        effects.map(({ id, consequences, reason, safeWay = "", invariants: proved, source }) => [
            `\`${id}\``,
            consequences.join(" or "),
            sentence(reason),
            safeWay,
            idsText(proved),
            `[source](${source})`,
        ]),
    );
}

function contractsTable(contracts: DescribedRules["contracts"]): string {
    return table(
        ["disagreement", "reason", "safe way", "invariants", ""],
        Object.entries(contracts).map(([kind, { reason, safeWay, invariants: proved, source }]) => [
            kind,
            sentence(reason),
            safeWay,
            idsText(proved),
            `[source](${source})`,
        ]),
    );
}

function fieldsTable(kinds: DescribedRules["kinds"]): string {
    return table(
        ["object", "another object", "replaced", "changed in place"],
        Object.entries(kinds).map(([kind, { fields }]) => {
            const those = (action: FieldRule["action"]): string =>
                Object.entries(fields)
                    .filter(([, rule]) => rule.action === action)
                    .map(([field]) => `\`${field}\``)
                    .join(", ");
            return [kind, those("identity"), those("replace"), those("update")];
        }),
    );
}

function invariantsTable({ checks, effects, contracts }: DescribedRules): string {
    const rules: readonly { readonly name: string; readonly proved: readonly InvariantId[] }[] = [
        ...[...checks, ...effects].map(({ id, invariants: proved }) => ({ name: `\`${id}\``, proved })),
        ...Object.entries(contracts).map(([kind, { invariants: proved }]) => ({ name: kind, proved })),
    ];
    const ids = Object.keys(invariants) as InvariantId[]; // `keyof typeof invariants`, which is exact.
    return table(
        ["invariant", "", "proved by rules about", "proved by"],
        ids.map((id) => {
            const { text, proof } = invariants[id];
            const names = rules.filter(({ proved }) => proved.includes(id)).map(({ name }) => name);
            const tests = id === "safeCredentials" ? testsText(id) : [];
            const view = proof === "topology" ? "one topology" : "a change";
            return [`\`${id}\``, text, view, [...names, ...tests].join(", ")];
        }),
    );
}

function testsText(id: keyof typeof invariantTests): readonly string[] {
    return invariantTests[id].map(({ file, title }) => `\`${file}\`: ${title}`);
}

function repositoryInvariantsTable(): string {
    const ids = Object.keys(repositoryInvariants) as (keyof typeof repositoryInvariants)[]; // As above.
    return table(
        ["invariant", "", "proved by"],
        ids.map((id) => [`\`${id}\``, repositoryInvariants[id], testsText(id).join(", ")]),
    );
}

/** The page about all rules, as Markdown. */
export function rulesDocument(rules: DescribedRules): string {
    return `${[
        "# Rules",
        `A check is a file in \`packages/topology/src/checks/rules\` and reads one topology. The review in \`packages/topology/src/review\` compares two topologies. This page is generated by
\`npx vitest run --project unit packages/topology/tests/checks -u\`. All messages are in \`packages/topology/tests/checks/sentences.txt\` and \`packages/topology/tests/review/costSentences.txt\`.`,
        "## One topology",
        `Severity: an **error** means that messages are lost, refused or unroutable, or that the broker refuses an object. A **warning** is a risk, a **note** is information. A broker's exported
definitions contain no services and no purposes of queues. For these, rules about intent report nothing, or only notes.`,
        checksTable(rules.checks),
        "## What a change does to messages",
        `**None**: no effect. **Delayed**: messages wait longer, for a retry, a publisher or a person. **Reordered**: messages overtake others. **Dropped**: the broker discards single messages.
**Lost**: messages are deleted with their queue. A change that drops or loses messages needs an approval, as does a permission that exceeds what a service declares.`,
        effectsTable(rules.effects),
        "## Services that no longer match the topology",
        contractsTable(rules.contracts),
        "## What Pulumi does when a field changes",
        fieldsTable(rules.kinds),
        "## Invariants",
        "The rules prove these invariants of any topology, in order of importance:",
        invariantsTable(rules),
        "Tests prove these invariants of this repository and its deployment:",
        repositoryInvariantsTable(),
    ].join("\n\n")}
`;
}
