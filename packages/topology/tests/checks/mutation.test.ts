import { describe, expect, it } from "vitest";
import { devTopology } from "../../../../tests/unit/environments.ts";
import { renderFinding } from "../../src/checks/finding.ts";
import { check, rules } from "../../src/checks/index.ts";
import { brokerVersions } from "../../src/model/index.ts";
import { mutations } from "./mutation/index.ts";
import { soundTopologies } from "./mutation/sound.ts";

/** Found only under another version than the topology's own, so no edit of a topology breaks them. */
const needTarget = ["changedBehaviour"];

describe("sound topologies", () => {
    it.each(Object.entries(soundTopologies))("%s has no finding above note", (_, topology) => {
        expect(check(topology).filter(({ severity }) => severity !== "note")).toEqual([]);
    });

    it.each(brokerVersions)(
        "the dev stack has no finding but what its operator may limit on %s",
        (version) => {
            expect(check(devTopology(version)).map(renderFinding)).toEqual([
                `virtual host "spot": does not limit "max-connections" and "max-queues"; set it: rabbitmqctl set_vhost_limits -p spot '{"max-connections": ..., "max-queues": ...}'`,
            ]);
        },
    );

    it("a fresh broker is told about its user guest, and nothing else", () => {
        expect(check(soundTopologies.plain).map(renderFinding)).toEqual([
            'user "guest": is the default user, whose default password is public; delete it, and give each service a user of its own',
        ]);
    });
});

describe("broken topologies", () => {
    const judged = mutations.map((mutation) => {
        const sound = soundTopologies[mutation.of];
        const known = new Set(check(sound).map((each) => JSON.stringify(each)));
        const broken = mutation.edit(sound);
        const found = check(broken).filter(
            (each) => each.rule === mutation.rule && !known.has(JSON.stringify(each)),
        );
        return { ...mutation, isBroken: JSON.stringify(broken) !== JSON.stringify(sound), found };
    });

    it("are at least 200, each really another topology, and break every rule", () => {
        expect(judged.filter(({ isBroken }) => !isBroken).map(({ of, name }) => `${of}: ${name}`)).toEqual(
            [],
        );
        expect(judged.length).toBeGreaterThanOrEqual(200);
        const broken = new Set(judged.map(({ rule }) => rule));
        expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual(needTarget);
        expect([...broken].filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
    });

    it("are all found by the rule that is meant to", () => {
        const missed = judged.filter(({ found }) => found.length === 0);
        expect(missed.map(({ rule, of, name }) => `${rule}: ${of}: ${name}`)).toEqual([]);
    });

    it("are told in sentences that a person understands", async () => {
        const first = rules.flatMap(({ id, severity }) => {
            const examples = judged.filter(({ rule, found }) => rule === id && found.length > 0);
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

/** Names of 256 characters are what a sentence is about, not what anybody wants to read. */
function shortened(sentence: string): string {
    return sentence.replace(/([xké])\1{20,}/gu, "$1...");
}
