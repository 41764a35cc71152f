import { type Service, type Topology, userOf, usersOf } from "@spot-messaging/topology";
import { check } from "@spot-messaging/topology/check";
import { parseTopology } from "@spot-messaging/topology/definitions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSnapshot } from "../../../packages/topology/src/definitions/snapshot.ts";
import { review } from "../../../packages/topology/src/review/report/review.ts";
import { type Credentials, userNames, userPattern } from "../../../src/environment/credentials.ts";
import { serviceNames } from "../../../src/environment/deployment.ts";
import { spotContract } from "../../../src/topology/contract.ts";
import { devEnvironment, devTopology } from "../environments.ts";

const first = devTopology("4.3");
const second = devTopology("4.3", { credentialsGeneration: "2" });
const third = devTopology("4.3", { credentialsGeneration: "3" });
const settled = devTopology("4.3", { credentialsGeneration: "2", keepPreviousCredentials: "false" });

function serviceNamed({ services }: Topology, name: string): Service {
    const [service] = services.filter((each) => each.name === name);
    if (service === undefined) {
        throw new Error(`no service "${name}"`);
    }
    return service;
}

/** What a user may do, without its name. */
function rightsOf(topology: Topology, user: string): unknown {
    const own = (records: readonly { readonly user: string }[]): readonly unknown[] =>
        records.filter((each) => each.user === user).map((each) => ({ ...each, user: "" }));
    return {
        tags: topology.users.filter(({ name }) => name === user).map(({ tags }) => tags),
        permissions: own(topology.permissions),
        topicPermissions: own(topology.topicPermissions),
    };
}

describe("the users of a service", () => {
    const credentials = { generation: 1, services: {}, keepPrevious: true };
    it.each<[string, Partial<Credentials>, readonly string[]]>([
        ["in the first generation one of its own name", {}, ["gateway"]],
        ["in the second generation the new one, then the first", { generation: 2 }, ["gateway-2", "gateway"]],
        ["later the new one, then the one before", { generation: 9 }, ["gateway-9", "gateway-8"]],
        ["without the previous one alone", { generation: 9, keepPrevious: false }, ["gateway-9"]],
        ["of a generation of its own", { services: { gateway: 4 } }, ["gateway-4", "gateway-3"]],
        ["not of another service's", { services: { notifier: 4 } }, ["gateway"]],
    ])("are %s", (_, change, expected) => {
        expect(userNames("gateway", { ...credentials, ...change })).toEqual(expected);
    });

    it("are in every generation still there in the next, where the previous one is kept", () => {
        const generation = fc.integer({ min: 1, max: 9_999 });
        fc.assert(
            fc.property(generation, fc.boolean(), (now, kept) => {
                const [used = ""] = userNames("gateway", {
                    generation: now,
                    services: {},
                    keepPrevious: kept,
                });
                const next = { generation: now + 1, services: {}, keepPrevious: true };
                expect(userNames("gateway", next)).toContain(used);
            }),
        );
    });

    it("match the pattern of their own service in every generation, and of no other", () => {
        const generation = fc.integer({ min: 1, max: 9_999 });
        const names = first.services.map(({ name }) => name);
        fc.assert(
            fc.property(generation, fc.constantFrom(...names), (now, name) => {
                for (const user of userNames(name, { generation: now, services: {}, keepPrevious: true })) {
                    const matching = names.filter((each) => new RegExp(userPattern(each)).test(user));
                    expect(matching).toEqual([name]);
                }
            }),
        );
    });
});

describe("a topology of another generation", () => {
    it("has two users for each service, with the same rights", () => {
        expect(second.users).toHaveLength(first.users.length * 2);
        for (const service of second.services) {
            const [current, previous] = usersOf(service);
            expect([current, previous]).toEqual([`${service.name}-2`, service.name]);
            expect(rightsOf(second, `${service.name}-2`)).toEqual(rightsOf(second, service.name));
            expect(rightsOf(second, service.name)).toEqual(rightsOf(first, service.name));
        }
    });

    it.each([
        ["second", second],
        ["third", third],
        ["second alone", settled],
    ])("differs (%s) in nothing but users, their rights, and who logs in", (_, topology) => {
        const without = (all: Topology): unknown => ({
            ...all,
            users: [],
            permissions: [],
            topicPermissions: [],
            services: all.services.map((each) => ({ ...each, users: usersOf(each).length * 0 })),
        });
        expect(without(topology)).toEqual(without(first));
        for (const service of topology.services) {
            expect(spotContract(topology, service)).toEqual(
                spotContract(first, serviceNamed(first, service.name)),
            );
        }
    });

    it.each([
        ["second", second],
        ["third", third],
        ["second alone", settled],
    ])("has the same findings as the first (%s)", (_, topology) => {
        expect(check(topology)).toEqual(check(first));
    });

    it("is rejected if the user of a service lacks a permission", () => {
        const incomplete = {
            ...second,
            permissions: second.permissions.filter(({ user }) => user !== "gateway-2"),
        };
        expect(
            check(incomplete)
                .filter(({ severity }) => severity === "error")
                .map(({ place, message }) => `${place} ${message}`),
        ).toContain('service "gateway": user "gateway-2" has no permission in virtual host "spot"');
    });

    it("is the same after a round trip through its snapshot", () => {
        const { topology, problems } = parseTopology(renderSnapshot("dev", second));
        expect(problems).toEqual([]);
        expect(topology).toEqual(second);
    });
});

describe("a review of the next generation", () => {
    it("reports new users with the permissions that their services declare, and no delayed or lost messages", () => {
        const { changes, permissions } = review("dev", first, second);
        const kinds = changes.map(({ action, object }) => `${action} ${object.kind}`);
        expect([...new Set(kinds)].sort()).toEqual([
            "create permission",
            "create topic permission",
            "create user",
            "update service",
        ]);
        expect(permissions.filter(({ unasked, missing }) => unasked.length + missing.length > 0)).toEqual([]);
    });

    it("deletes the users of the generation before the last without a warning", () => {
        const { changes } = review("dev", second, third);
        const deletions = changes.filter(
            ({ action, object }) => action === "delete" && object.kind === "user",
        );
        expect(deletions.map(({ object }) => object.name).sort()).toEqual(
            first.users.map(({ name }) => name).sort(),
        );
        expect(deletions.map(({ consequence }) => consequence)).toEqual(deletions.map(() => "none"));
    });

    it("warns if it deletes users with which running replicas still log in", () => {
        const { changes } = review("dev", first, settled);
        const deletions = changes.filter(
            ({ action, object }) => action === "delete" && object.kind === "user",
        );
        expect(deletions.map(({ consequence }) => consequence)).toEqual(deletions.map(() => "delayed"));
    });
});

describe("the service names that a stack file accepts", () => {
    it.each([[["headers"]], [["headers", "content", "links", "attachments"]]])(
        "are those of all services, with the analyzers %j",
        (analyzers) => {
            const topology = devTopology("4.3", { analyzers: JSON.stringify(analyzers) });
            expect(
                [...serviceNames(devEnvironment({ analyzers: JSON.stringify(analyzers) }).analyzers)].sort(),
            ).toEqual(topology.services.map(({ name }) => name));
            expect(topology.services.map(userOf)).toEqual(topology.services.map(({ name }) => name));
        },
    );
});
