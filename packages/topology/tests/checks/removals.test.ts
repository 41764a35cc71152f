import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/checks/finding.ts";
import { check } from "../../src/checks/index.ts";
import type { Policy, PolicyDefinition, Queue, Topology } from "../../src/model/index.ts";
import { routes } from "../../src/routing/routing.ts";
import { bindingPlace, exchangePlace, queuePlace } from "../../src/text/place.ts";
import { topologyView } from "../../src/view/topologyView.ts";
import { mutations } from "./mutation/index.ts";
import { validTopologies } from "./mutation/validTopologies.ts";

/** Applies a fix that says "remove"; undefined if this finding's fix says something else. */
type Removal = (topology: Topology, finding: Finding) => Topology | undefined;

const quotedNames = (text: string): readonly string[] =>
    [...text.matchAll(/"([^"]*)"/gu)].map(([, name = ""]) => name);

function withoutArguments(topology: Topology, { place, message, fix }: Finding): Topology | undefined {
    if (!/^remove the argument/u.test(fix)) {
        return undefined;
    }
    const [removed = ""] = quotedNames(message);
    const kept = <T extends { readonly arguments: Readonly<Record<string, unknown>> }>(each: T): T => ({
        ...each,
        arguments: Object.fromEntries(Object.entries(each.arguments).filter(([key]) => key !== removed)),
    });
    return {
        ...topology,
        queues: topology.queues.map((each) => (queuePlace(each) === place ? kept(each) : each)),
        exchanges: topology.exchanges.map((each) => (exchangePlace(each) === place ? kept(each) : each)),
    };
}

/** A policy that loses its last key by the fix would be refused, so it goes, too. */
function withoutKey(topology: Topology, { message, fix }: Finding): Topology | undefined {
    const [name, ...keys] = quotedNames(message);
    if (!/^remove the (?:setting|key), or (?:add|let)/u.test(fix)) {
        return undefined;
    }
    return {
        ...topology,
        policies: topology.policies.flatMap((each) => {
            const kept = Object.entries(each.definition).filter(([key]) => !keys.includes(key));
            return each.name === name && kept.length === 0
                ? []
                : [each.name === name ? { ...each, definition: Object.fromEntries(kept) } : each];
        }),
    };
}

/** The rules whose fix removes something that has no effect. */
const removals: Readonly<Record<string, Removal>> = {
    redundantBinding: (topology, { place }) => ({
        ...topology,
        bindings: topology.bindings.filter((each) => bindingPlace(each) !== place),
    }),
    inapplicableArgument: withoutArguments,
    unknownSetting: withoutArguments,
    ineffectiveSetting: withoutKey,
    inapplicablePolicy: withoutKey,
    unusedPolicy: (topology, { place }) => {
        const isKept = ({ vhost, name }: Policy): boolean => place !== `vhost "${vhost}": policy "${name}"`;
        return {
            ...topology,
            policies: topology.policies.filter(isKept),
            operatorPolicies: topology.operatorPolicies.filter(isKept),
        };
    },
};

/** The fix of these rules gives the rest of an ignored policy to the queue of the finding. */
const changesItsQueue: ReadonlySet<string> = new Set(["inapplicablePolicy"]);

/** What happens to messages: the settings with an effect, the dead letters of each queue, and the queues of each routing key. */
function behaviour(topology: Topology): Readonly<Record<string, unknown>> {
    const view = topologyView(topology);
    const route = routes(topology);
    const ofQueue = (queue: Queue): unknown => [
        [...view.effective(queue).settings.values()].map(({ key, value }) => [key, value]).toSorted(),
        view.deadLetters(queue)?.queues,
    ];
    const keys = new Set(topology.bindings.map(({ routingKey }) => routingKey.replaceAll(/[*#]/gu, "x")));
    const entries: (readonly [string, unknown])[] = topology.queues.map((queue) => [
        queuePlace(queue),
        ofQueue(queue),
    ]);
    for (const { vhost, name } of topology.exchanges) {
        for (const routingKey of keys) {
            entries.push([
                `${vhost} ${name} ${routingKey}`,
                route({ vhost, exchange: name, routingKey }).queues.toSorted(),
            ]);
        }
    }
    return Object.fromEntries(entries);
}

/** The plain topology with a policy for all its queues and one queue more. */
function withQueue(fields: Partial<Queue>, definition: PolicyDefinition = { "max-length": 10 }): Topology {
    const { plain } = validTopologies;
    const [vhost] = plain.vhosts;
    const queue: Queue = {
        vhost: vhost?.name ?? "",
        name: "one",
        type: "quorum",
        durable: true,
        autoDelete: false,
        arguments: {},
        retain: false,
        purpose: "work",
        ...fields,
    };
    const policy = {
        vhost: queue.vhost,
        name: "all",
        pattern: "",
        applyTo: "queues",
        precedence: 0,
        definition,
    } as const;
    return {
        ...plain,
        queues: [...plain.queues, queue, { ...queue, name: "other", type: "quorum", arguments: {} }],
        policies: [policy],
    };
}

describe("the fix that removes what has no effect", () => {
    const cases = [
        ...mutations.map(({ of, name, rule, edit }) => ({
            rule,
            title: `${of}: ${name}`,
            broken: edit(validTopologies[of]),
        })),
        {
            rule: "unknownSetting",
            title: "an argument that a client reads",
            broken: withQueue({ arguments: { "x-owner": "billing" } }),
        },
    ];

    it.each(Object.keys(removals))("of %s changes nothing else, and ends the finding", (rule) => {
        let tried = 0;
        for (const { title, broken } of cases.filter((each) => each.rule === rule)) {
            for (const finding of check(broken).filter((each) => each.rule === rule)) {
                const fixed = removals[rule]?.(broken, finding);
                if (fixed === undefined) {
                    continue;
                }
                tried += 1;
                const before = behaviour(broken);
                const after = behaviour(fixed);
                const others = Object.keys(before).filter(
                    (each) => each in after && !(each === finding.place && changesItsQueue.has(rule)),
                );
                const changed = others.filter(
                    (each) => JSON.stringify(after[each]) !== JSON.stringify(before[each]),
                );
                expect([title, finding.message, changed]).toEqual([title, finding.message, []]);
                expect(check(fixed)).not.toContainEqual(finding);
            }
        }
        expect(tried).toBeGreaterThan(0);
    });

    it("does not remove a key that queues of another type use", () => {
        const topology = withQueue({ type: "classic" }, { "delivery-limit": 3, "max-length": 10 });
        const fixes = check(topology).flatMap(({ rule, place, fix }) =>
            rule === "inapplicablePolicy" ? [`${place}: ${fix}`] : [],
        );
        const [{ name: vhost } = { name: "" }] = topology.vhosts;
        expect(fixes).toEqual([
            `vhost "${vhost}": queue "one": let the policy apply to other queue types only`,
        ]);
    });
});
