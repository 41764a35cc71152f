import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatedTopology } from "../../../../tests/support/generatedTopology.ts";
import { adopt } from "../../src/adopt/adoption.ts";
import { check } from "../../src/checks/index.ts";
import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { brokerVersions } from "../../src/model/index.ts";
import { writeSnapshot } from "../../src/review/snapshot.ts";
import { anyInput } from "../declare/anyInput.ts";
import { anyTopology } from "../review/anyTopology.ts";
import { declaredQueues } from "./declaredQueues.ts";
import { brokerPart, contentOf, options, topologyOf, written } from "./writtenProgram.ts";

function snapshotOf(topology: Parameters<typeof brokerPart>[0]): string {
    return writeSnapshot(brokerPart(topology), "dev");
}

const maxMilliseconds = 240_000;

describe("a program for a broker's topology", () => {
    it(
        "has exactly the topology of any broker",
        () => {
            fc.assert(
                fc.property(anyTopology, (topology) => {
                    expect(snapshotOf(written(topology))).toBe(snapshotOf(topology));
                }),
                { numRuns: 250 },
            );
        },
        maxMilliseconds,
    );

    it(
        "has the purpose of every queue that a declaration was compiled to",
        () => {
            fc.assert(
                fc.property(anyInput("shop"), fc.constantFrom(...brokerVersions), (input, version) => {
                    const declaration = declare(input);
                    const topology = compile(declaration, version);
                    const adoption = adopt(brokerPart(topology), options);
                    expect(snapshotOf(topologyOf(adoption))).toBe(snapshotOf(topology));
                    const found = declaredQueues(contentOf(adoption, "topology/shop.ts"));
                    expect(found).toEqual(
                        declaration.queues.map(({ purpose, name }) => `${purpose} ${name}`).sort(),
                    );
                }),
                { numRuns: 250 },
            );
        },
        maxMilliseconds,
    );

    it(
        "has the same findings with an error or a warning",
        () => {
            fc.assert(
                fc.property(anyTopology, (topology) => {
                    const found = (each: typeof topology): readonly string[] =>
                        check(brokerPart(each))
                            .filter(({ severity }) => severity !== "note")
                            .map((finding) => JSON.stringify(finding));
                    expect(found(written(topology))).toEqual(found(topology));
                }),
                { numRuns: 50 },
            );
        },
        maxMilliseconds,
    );

    it("is the same however often it is written", () => {
        const topology = brokerPart(generatedTopology(40, 3));
        const again = adopt(brokerPart(written(topology)), options);
        expect(again).toEqual(adopt(topology, options));
    });
});
