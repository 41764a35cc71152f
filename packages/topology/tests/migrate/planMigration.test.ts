import { describe, expect, it } from "vitest";
import { brokerKey, brokerObjects } from "../../src/migrate/brokerObjects.ts";
import { type BrokerStep, brokerSteps } from "../../src/migrate/brokerSteps.ts";
import type { MigrationPlan } from "../../src/migrate/migration.ts";
import { planMigration } from "../../src/migrate/planMigration.ts";
import { positionOf, stepsToStage } from "../../src/migrate/position.ts";
import { binding, type InVhost, objectKey, type Topology } from "../../src/model/index.ts";
import { kindRules } from "../../src/review/changeRules/index.ts";
import { diff } from "../../src/review/compare/diff.ts";
import { router } from "../../src/routing/routing.ts";
import { topologyView } from "../../src/view/topologyView.ts";
import { statesDuring, topologyOfObjects } from "./appliedStep.ts";
import {
    allMigrations,
    exchangeReplacements,
    type NamedChange,
    otherMigrations,
    queueReplacements,
} from "./changes.ts";

const cases = allMigrations.map((each) => [each.name, each] as const);

/** The ways of messages depend on names, types and bindings, not on the arguments of a queue. */
const routed = cases.filter(
    ([name]) => !/^queue\.(?:durable|autoDelete|arguments)/u.test(name) || name.endsWith("x-max-age"),
);

const keys = ["order.placed", "order.paid", "refund", "unknown"];

/** The queues that each message reaches, temporary and new queues by the name of the old one. */
function reached(topology: Topology, plan: MigrationPlan): ReadonlyMap<string, ReadonlySet<string>> {
    const oldName = new Map(
        plan.migrations.flatMap(({ object, holder, successor }) =>
            [holder, successor].flatMap((each) =>
                each === undefined ? [] : [[objectKey(each), object.name]],
            ),
        ) as [string, string][], // pairs
    );
    const route = router(topology);
    return new Map(
        topology.exchanges
            .filter(({ internal }) => !internal)
            .flatMap(({ vhost, name: exchange }) =>
                keys.map((routingKey) => [
                    JSON.stringify([vhost, exchange, routingKey]),
                    new Set(
                        route({ vhost, exchange, routingKey }).map(
                            (queue) => oldName.get(objectKey({ vhost, name: queue })) ?? queue,
                        ),
                    ),
                ]),
            ),
    );
}

interface State {
    readonly step: BrokerStep;
    readonly topology: Topology;
}

/** All states of the broker on the way, with the step before each. */
function states(from: Topology, to: Topology): readonly State[] {
    return applied(from, brokerSteps(from, to));
}

function applied(from: Topology, steps: readonly BrokerStep[]): readonly State[] {
    let objects = brokerObjects(from);
    return steps.flatMap((step) => {
        const during = statesDuring(objects, step);
        objects = during.at(-1) ?? objects;
        return during.map((each) => ({ step, topology: topologyOfObjects(each, from) }));
    });
}

/** The ways forward and back, stage by stage. */
function ways(plan: MigrationPlan): readonly (readonly [Topology, Topology])[] {
    const all = [plan.before, ...plan.stages.map(({ topology }) => topology)];
    return all.slice(1).flatMap((to, index) => {
        const from = all[index] ?? to;
        return [[from, to] as const, [to, from] as const];
    });
}

function lostRoutes(change: NamedChange, plan: MigrationPlan): readonly string[] {
    return ways(plan).flatMap(([from, to]) => lostIn(states(from, to), change, plan));
}

/** The messages that do not reach a queue which they reach before and after the change. */
function lostIn(
    all: readonly State[],
    { before, after }: NamedChange,
    plan: MigrationPlan,
): readonly string[] {
    const [routesBefore, routesAfter] = [reached(before, plan), reached(after, plan)];
    return all.flatMap(({ step, topology }) =>
        [...reached(topology, plan)].flatMap(([message, queues]) => {
            const [first, second] = [routesBefore.get(message), routesAfter.get(message)];
            const expected = [...(first ?? [])].filter((each) => second?.has(each) === true);
            // An alternate exchange in an argument wins over every policy: for a moment its queue gets the message.
            const isParked = hasAlternateArgument(topology) && queues.has("rest");
            const missing = isParked ? [] : expected.filter((each) => !queues.has(each));
            return missing.length === 0
                ? []
                : [`${message}: not to ${missing.join(", ")} after ${step.action} ${brokerKey(step.object)}`];
        }),
    );
}

function hasAlternateArgument({ exchanges }: Topology): boolean {
    return exchanges.some(({ arguments: args }) => args["alternate-exchange"] !== undefined);
}

describe("a plan", () => {
    it("covers every field that the review knows as a replacement", () => {
        const replacing = (["queue", "exchange"] as const).flatMap((kind) =>
            Object.entries(kindRules[kind].fields)
                .filter(([, { action }]) => action === "replace")
                .map(([field]) => `${kind}.${field}`),
        );
        const covered = [...queueReplacements, ...exchangeReplacements].map(({ name }) => name.split(" ")[0]);
        expect([...new Set(covered)].sort()).toEqual(replacing.sort());
        for (const [kind, rule] of Object.entries(kindRules)) {
            const isReplacing = Object.values(rule.fields).some(({ action }) => action === "replace");
            expect(isReplacing, kind).toBe(kind === "queue" || kind === "exchange");
        }
    });

    it.each(cases)(
        "has a migration for each deleted or replaced queue and exchange: %s",
        (_name, { before, after }) => {
            const { migrations, problems } = planMigration(before, after);
            const vhosts = new Set(after.vhosts.map(({ name }) => name));
            const expected = diff(before, after).filter(
                ({ action, object }) =>
                    (action === "replace" || action === "delete") &&
                    (object.kind === "queue" || (object.kind === "exchange" && vhosts.has(object.vhost))),
            );
            expect(problems).toEqual([]);
            expect(migrations.map(({ object }) => object)).toEqual(
                expect.arrayContaining(expected.map(({ object }) => object)),
            );
            expect(migrations).toHaveLength(expected.length);
        },
    );

    it.each(cases)("ends in the topology after the change: %s", (_name, { before, after }) => {
        const plan = planMigration(before, after);
        expect(plan.stages.at(-1)?.topology).toEqual(plan.after);
        expect(diff(plan.stages.at(-1)?.topology ?? before, after)).toEqual([]);
    });

    it.each(routed)(
        "keeps the way of every message after every single request, forward and back: %s",
        (_name, change) => {
            const plan = planMigration(change.before, change.after);
            expect(lostRoutes(change, plan)).toEqual([]);
        },
    );

    it.each(cases)("unbinds a queue at least one stage before its deletion: %s", (_name, change) => {
        const plan = planMigration(change.before, change.after);
        const moves = new Set(
            plan.migrations.filter(({ kind }) => kind === "queue move").map(({ object }) => object.name),
        );
        const bound = ways(plan).flatMap(([from, to]) =>
            brokerSteps(from, to)
                .filter(({ action, object }) => action !== "put" && object.kind === "queue")
                .flatMap(({ object }) => {
                    const { vhost, name } = object.kind === "queue" ? object.noun : { vhost: "", name: "" };
                    return topologyView(from).bindingsTo({ vhost, name });
                }),
        );
        expect(bound.filter(({ destination }) => !moves.has(destination))).toEqual([]);
    });

    it.each(cases)("gives no temporary queue a TTL, a limit or a delivery limit: %s", (_name, change) => {
        const blanket = {
            vhost: "shop",
            name: "blanket",
            pattern: ".*",
            applyTo: "queues",
            precedence: 0,
        } as const;
        const limited = (topology: Topology): Topology => ({
            ...topology,
            policies: [
                ...topology.policies,
                { ...blanket, definition: { "message-ttl": 1_000, "max-length": 10, "delivery-limit": 2 } },
            ],
        });
        const plan = planMigration(limited(change.before), limited(change.after));
        const holders = plan.migrations.flatMap(({ holder }) => (holder === undefined ? [] : [holder.name]));
        const settings = plan.stages.flatMap(({ topology }) => {
            const view = topologyView(topology);
            return topology.queues
                .filter(({ name }) => holders.includes(name))
                .map((each) => ["message-ttl", "max-length"].map((key) => view.setting(each, key)));
        });
        expect(settings.flat().filter((each) => each !== undefined)).toEqual([]);
    });

    it.each(cases)(
        "keeps for consumers of a temporary queue what they rely on: %s",
        (_name, { before, after }) => {
            const definition = { "dead-letter-exchange": "dead", "dead-letter-routing-key": "order" };
            const dead = {
                vhost: "shop",
                name: "dead",
                pattern: "^orders$",
                applyTo: "queues",
                precedence: 9,
            } as const;
            const given = { ...before, policies: [...before.policies, { ...dead, definition }] };
            const { migrations, stages } = planMigration(given, after, { drain: "consumers" });
            const kept = (topology: Topology, one: InVhost | undefined): unknown => {
                const view = topologyView(topology);
                const found = one && view.queueNamed(one.vhost, one.name);
                return (
                    found && [
                        view.setting(found, "single-active-consumer"),
                        view.setting(found, "consumer-timeout"),
                        view.setting(found, "dead-letter-exchange"),
                        view.setting(found, "dead-letter-routing-key"),
                        found.type === "quorum" ? view.settingOrDefault(found, "delivery-limit") : -1,
                    ]
                );
            };
            const found = migrations.flatMap(({ kind, object, holder }) =>
                kind === "queue replacement"
                    ? [
                          {
                              old: kept(given, { vhost: "shop", name: object.name }),
                              temporary: kept(stages[0]?.topology ?? given, holder),
                          },
                      ]
                    : [],
            );
            expect(found.map(({ temporary }) => temporary)).toEqual(found.map(({ old }) => old));
        },
    );

    it.each(routed)("is found again from the broker after every single request: %s", (_name, change) => {
        const plan = planMigration(change.before, change.after);
        const all = [plan.before, ...plan.stages.map(({ topology }) => topology)];
        all.slice(1).forEach((to, index) => {
            const from = all[index] ?? to;
            const during = states(from, to);
            during.forEach(({ step, topology }, at) => {
                const { done, isBetween, changed } = positionOf(plan, withHidden(topology, from));
                const place = `${step.action} ${brokerKey(step.object)}`;
                expect(changed, place).toEqual([]);
                expect(done + (isBetween ? 1 : 0), place).toBeLessThanOrEqual(index + 1);
                if (at === during.length - 1) {
                    expect(done, place).toBe(index + 1);
                }
            });
        });
    });

    it.each(routed)("goes on from any request without losing the way of a message: %s", (name, change) => {
        const plan = planMigration(change.before, change.after);
        const all = [plan.before, ...plan.stages.map(({ topology }) => topology)];
        const stopped = all.slice(1).flatMap((to, index) => {
            const during = states(all[index] ?? to, to);
            // One point of each stage, another one in each case.
            return during.slice(name.length % Math.max(during.length, 1)).slice(0, 1);
        });
        for (const { topology } of stopped) {
            const live = withHidden(topology, plan.before);
            const { done, isBetween } = positionOf(plan, live);
            const next = done + 1;
            const rest = applied(live, stepsToStage(plan, live, isBetween ? next : done));
            expect(lostIn(rest, change, plan)).toEqual([]);
            const end = rest.at(-1)?.topology ?? live;
            expect(positionOf(plan, withHidden(end, plan.before))).toEqual({
                done: isBetween ? next : done,
                isBetween: false,
                changed: [],
            });
        }
    });

    it("is empty for a change that deletes and replaces nothing", () => {
        const [{ before } = otherMigrations[0] ?? fail()] = queueReplacements;
        expect(planMigration(before, before)).toMatchObject({ migrations: [], stages: [], problems: [] });
    });

    it("declares the topic permissions of a replaced exchange again, which the broker deletes with it", () => {
        const [{ before, after } = fail()] = exchangeReplacements;
        const permission = { vhost: "shop", user: "clerk", exchange: "events", write: "^order", read: "" };
        const withPermission = (topology: Topology): Topology => ({
            ...topology,
            users: [{ name: "clerk", tags: [] }],
            topicPermissions: [permission],
        });
        const plan = planMigration(withPermission(before), withPermission(after));
        const index = plan.stages.findIndex(({ id }) => id === "replace");
        const [from, to] = [plan.stages[index - 1], plan.stages[index]].map(
            (each) => each?.topology ?? before,
        );
        const steps = brokerSteps(from ?? before, to ?? before).map(
            ({ action, object }) => `${action} ${object.kind}`,
        );
        expect(steps.indexOf("put topic permission")).toBeGreaterThan(steps.indexOf("replace exchange"));
        // A run that ended in between.
        const live = { ...(to ?? before), topicPermissions: [] };
        expect(positionOf(plan, live)).toEqual({ done: index, isBetween: true, changed: [] });
        expect(stepsToStage(plan, live, index + 1).map(({ object }) => object.kind)).toEqual([
            "topic permission",
        ]);
    });

    it("recognizes a binding that is not in the plan", () => {
        const [{ before, after } = fail()] = queueReplacements;
        const extra = binding("shop", "events", "orders", "invoice.#");
        const bound = { ...before, bindings: [...before.bindings, extra] };
        expect(positionOf(planMigration(before, after), bound).changed).toEqual([
            'vhost "shop": binding of queue "orders" to "events" with key "invoice.#" is not in the plan',
        ]);
    });

    it("recognizes what was changed on the broker since", () => {
        const [{ before, after } = fail()] = queueReplacements;
        const plan = planMigration(before, after);
        const changed = {
            ...before,
            queues: before.queues.map((each) =>
                each.name === "orders" ? { ...each, arguments: { "x-expires": 1_000 } } : each,
            ),
        };
        expect(positionOf(plan, changed).changed).toEqual([
            'vhost "shop": queue "orders" is not as any stage declares it',
        ]);
    });
});

function fail(): never {
    throw new Error("the table is empty");
}

/** Users and permissions, which these states leave out. */
function withHidden(topology: Topology, from: Topology): Topology {
    return {
        ...topology,
        users: from.users,
        permissions: from.permissions,
        topicPermissions: from.topicPermissions,
    };
}
