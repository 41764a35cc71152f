import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile/index.ts";
import type { DeclarationInput } from "../../src/declare/declarationInput.ts";
import { declare } from "../../src/declare/declare.ts";
import { brokerVersions, objectKey, usersOf } from "../../src/model/index.ts";
import { canonicalTopology, identities, type TopologyList } from "../../src/review/compare/canonical.ts";
import { readSnapshot, writeSnapshot } from "../../src/review/snapshot.ts";
import { anyInput } from "./anyInput.ts";

const version = fc.constantFrom(...brokerVersions);
const two = fc.tuple(anyInput("shop"), anyInput("billing"));

describe("any declaration", () => {
    it("is the same after it was written as JSON", () => {
        fc.assert(
            fc.property(anyInput("shop"), (input) => {
                const read = JSON.parse(JSON.stringify(input)) as DeclarationInput; // JSON.parse returns any
                expect(declare(read)).toEqual(declare(input));
            }),
        );
    });

    it("leaves its input as it was", () => {
        fc.assert(
            fc.property(anyInput("shop"), (input) => {
                const before = structuredClone(input);
                declare(input);
                expect(input).toEqual(before);
            }),
        );
    });

    it("compiles with another of the same names to a topology in which no two objects are one", () => {
        fc.assert(
            fc.property(two, version, (inputs, brokerVersion) => {
                const topology = compile(inputs.map(declare), brokerVersion);
                for (const list of Object.keys(identities) as TopologyList[]) {
                    const identityOf = identities[list] as (each: unknown) => string; // each list with the function of its own key
                    const found = topology[list].map(identityOf);
                    expect(new Set(found).size, list).toBe(found.length);
                }
            }),
        );
    });

    it("compiles to the same with another virtual host as alone", () => {
        fc.assert(
            fc.property(two, version, ([shop, billing], brokerVersion) => {
                const alone = compile(declare(shop), brokerVersion);
                const both = compile([declare(billing), declare(shop)], brokerVersion);
                const inShop = ({ vhost }: { readonly vhost: string }): boolean => vhost === "shop";
                for (const list of [
                    "exchanges",
                    "queues",
                    "bindings",
                    "policies",
                    "operatorPolicies",
                    "permissions",
                    "topicPermissions",
                    "services",
                    "retries",
                ] as const) {
                    expect((both[list] as readonly { readonly vhost: string }[]).filter(inShop)).toEqual(
                        alone[list],
                    );
                }
            }),
        );
    });

    it("gives every user a permission in each virtual host that its services use, and no user twice", () => {
        fc.assert(
            fc.property(two, version, (inputs, brokerVersion) => {
                const { users, permissions, services } = compile(inputs.map(declare), brokerVersion);
                expect(users).toEqual([
                    { name: "billing", tags: ["monitoring"] },
                    { name: "shop", tags: ["monitoring"] },
                    { name: "worker", tags: [] },
                ]);
                const expected = services.flatMap((each) =>
                    usersOf(each).map((name) => objectKey({ vhost: each.vhost, name })),
                );
                const found = permissions.map(({ vhost, user }) => objectKey({ vhost, name: user }));
                expect(found.sort()).toEqual(expected.sort());
            }),
        );
    });

    it("survives being written as a snapshot", () => {
        fc.assert(
            fc.property(two, version, (inputs, brokerVersion) => {
                const topology = compile(inputs.map(declare), brokerVersion);
                const { topology: read } = readSnapshot(writeSnapshot(topology, "it"), "it");
                expect(read).toEqual(canonicalTopology(topology));
            }),
            { numRuns: 30 },
        );
    });
});
