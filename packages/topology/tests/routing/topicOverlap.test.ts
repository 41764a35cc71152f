import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topicsOverlap } from "../../src/routing/topicOverlap.ts";

describe("two binding keys of topic exchanges", () => {
    it.each([
        ["orders.*", "orders.new", true],
        ["orders.*", "dead", false],
        ["orders.#", "orders", true],
        ["#", "", true],
        ["*", "#.x", true],
        ["a.*", "*.b", true],
        ["a.*.c", "a.c", false],
        ["#.a", "b.#", true],
        ["a.#.b", "a.*", true],
        ["*.*", "a", false],
    ])("%s and %s match a common routing key: %s", (a, b, expected) => {
        expect([topicsOverlap(a, b), topicsOverlap(b, a)]).toEqual([expected, expected]);
    });

    it("match one exactly if some key of a few words matches both", () => {
        const words = ["a", "b"];
        const keys = [1, 2, 3, 4, 5].flatMap((length) =>
            Array.from({ length: 2 ** length }, (_, n) =>
                Array.from({ length }, (_each, at) => words[(n >> at) & 1]).join("."),
            ),
        );
        const pattern = fc
            .array(fc.constantFrom("a", "b", "*", "#"), { minLength: 1, maxLength: 3 })
            .map((list) => list.join("."));
        fc.assert(
            fc.property(pattern, pattern, (a, b) => {
                const isCommon = keys.some((key) => topicsOverlap(a, key) && topicsOverlap(b, key));
                // A pattern of # alone also matches the empty list of words, which is missing in these keys.
                fc.pre(isCommon || !(/^[#.]+$/u.test(a) || /^[#.]+$/u.test(b)));
                expect(topicsOverlap(a, b)).toBe(isCommon);
            }),
        );
    });
});
