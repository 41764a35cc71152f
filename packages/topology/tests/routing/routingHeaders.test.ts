import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Arguments, ArgumentValue } from "../../src/model/index.ts";
import { headersIndex, matchesHeaders } from "../../src/routing/routingHeaders.ts";

describe("headersIndex", () => {
    const itself = (wanted: Arguments): Arguments => wanted;

    it("files a binding where it is found by each of the ways to want a header", () => {
        const wanted: readonly Arguments[] = [
            {},
            { "x-match": "any" },
            { colour: "red" },
            { colour: null },
            { "x-match": "any", colour: "red", size: 3 },
            { colour: "red", size: 3 },
            { sizes: [3, 4] },
            { "x-match": "all-with-x", "x-tenant": "a" },
        ];
        const taking = headersIndex(wanted, itself);
        const found = (headers: Arguments): readonly number[] =>
            taking({ values: headers, mayHaveOthers: false }).map((each) => wanted.indexOf(each));
        expect(found({})).toEqual([0]);
        expect(found({ colour: "red" })).toEqual([0, 2, 3, 4]);
        expect(found({ size: 3, colour: "red" })).toEqual([0, 2, 3, 4, 5]);
        expect(found({ size: "3", colour: null })).toEqual([0, 3]);
        expect(found({ sizes: [3, 4] })).toEqual([0, 6]);
        expect(found({ sizes: [4, 3] })).toEqual([0]);
        expect(found({ "x-tenant": "a" })).toEqual([0, 7]);
    });

    it("finds what could take a message that may have other headers", () => {
        const wanted: readonly Arguments[] = [
            {},
            { "x-match": "any" },
            { colour: "red" },
            { colour: "blue", size: 3 },
            { "x-match": "any", colour: "blue", size: 3 },
            { size: null },
        ];
        const taken = headersIndex(wanted, itself)({ values: { colour: "red" }, mayHaveOthers: true });
        expect(taken.map((each) => wanted.indexOf(each))).toEqual([0, 2, 4, 5]);
    });

    it("finds what comparing every binding finds, in the same order", () => {
        const value = fc.constantFrom<ArgumentValue>(
            ...["a", "1", "", "null", 1, 0, -0, true, false, null],
            ...[[], [1], ["1"], [null], {}, { a: 1 }, { a: [1] }],
        );
        const table = fc.dictionary(fc.constantFrom("a", "b", "c", "x-a", "constructor"), value, {
            maxKeys: 4,
            noNullPrototype: true,
        });
        const mode = fc.constantFrom("all", "any", "all-with-x", "any-with-x", "other", undefined);
        const wanted = fc
            .tuple(table, mode)
            .map(
                ([pairs, match]): Arguments => (match === undefined ? pairs : { ...pairs, "x-match": match }),
            );
        fc.assert(
            fc.property(
                fc.array(wanted, { maxLength: 12 }),
                fc.array(wanted, { maxLength: 8 }),
                (bindings, messages) => {
                    const taking = headersIndex(bindings, itself);
                    for (const headers of messages) {
                        expect(taking({ values: headers, mayHaveOthers: false })).toEqual(
                            bindings.filter((each) => matchesHeaders(each, headers)),
                        );
                    }
                },
            ),
            { numRuns: 2_000 },
        );
    });
});
