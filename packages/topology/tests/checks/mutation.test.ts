import { describe, expect, it } from "vitest";
import { limitedSampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { renderFinding } from "../../src/checks/finding.ts";
import { check, rules } from "../../src/checks/index.ts";
import { brokerVersions } from "../../src/model/index.ts";
import { mutations } from "./mutation/index.ts";
import { validTopologies } from "./mutation/validTopologies.ts";

/** Rules that find something only for a target version, so no edit of a topology breaks them. */
const needTarget = ["addedDeliveryLimit", "changedBehaviour"];

describe("valid topologies", () => {
    it.each(Object.entries(validTopologies))("%s has no finding above note", (_, topology) => {
        expect(check(topology).filter(({ severity }) => severity !== "note")).toEqual([]);
    });

    it.each(brokerVersions)(
        "the dev stack on %s has only the finding about missing operator limits",
        (version) => {
            expect(check(limitedSampleTopology(version)).map(renderFinding)).toEqual([
                `virtual host "spot": does not limit "max-connections" and "max-queues"; set it: rabbitmqctl set_vhost_limits -p spot '{"max-connections": ..., "max-queues": ...}'`,
            ]);
        },
    );

    it("a new broker has only the finding about its user guest", () => {
        expect(check(validTopologies.plain).map(renderFinding)).toEqual([
            'user "guest": is the default user, whose default password is public; delete it, and give each service a user of its own',
        ]);
    });
});

describe("broken topologies", () => {
    const results = mutations.map((mutation) => {
        const valid = validTopologies[mutation.of];
        const known = new Set(check(valid).map((each) => JSON.stringify(each)));
        const broken = mutation.edit(valid);
        const found = check(broken).filter(
            (each) => each.rule === mutation.rule && !known.has(JSON.stringify(each)),
        );
        return { ...mutation, isBroken: JSON.stringify(broken) !== JSON.stringify(valid), found };
    });

    it("are at least 200, change the topology, and break every rule", () => {
        expect(results.filter(({ isBroken }) => !isBroken).map(({ of, name }) => `${of}: ${name}`)).toEqual(
            [],
        );
        expect(results.length).toBeGreaterThanOrEqual(200);
        const broken = new Set(results.map(({ rule }) => rule));
        expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual(needTarget);
        expect([...broken].filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
    });

    it("are all found by the intended rule", () => {
        const missed = results.filter(({ found }) => found.length === 0);
        expect(missed.map(({ rule, of, name }) => `${rule}: ${of}: ${name}`)).toEqual([]);
    });

    it("have readable sentences", async () => {
        const first = rules.flatMap(({ id, severity }) => {
            const examples = results.filter(({ rule, found }) => rule === id && found.length > 0);
            const names = [...new Set(examples.map(({ name }) => name))];
            return [
                `${id} (${severity})`,
                ...names.map((name) => {
                    const example = examples.find((each) => each.name === name);
                    const [finding] = example?.found ?? [];
                    return finding === undefined
                        ? ""
                        : `  ${name}:\n    ${finding.severity}: ${shortened(renderFinding(finding))}`;
                }),
                "",
            ];
        });
        await expect(first.join("\n")).toMatchFileSnapshot("./sentences.txt");
    });
});

/** Shortens names of 256 characters in the pinned sentences. */
function shortened(sentence: string): string {
    return sentence.replace(/([xké])\1{20,}/gu, "$1...");
}
