import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canMatchTopic } from "../../src/patterns/topicIntersection.ts";
import { matchesTopic } from "../../src/routing/routingTopic.ts";

describe("a permission's pattern and a binding key", () => {
    it.each([
        ["^orders\\.", "invoices.*", false],
        ["^orders\\.", "*.created", true],
        ["^orders\\.(created|paid)$", "*.created", true],
        ["^orders\\.(created|paid)$", "*.deleted", false],
        ["^orders\\.(created|paid)$", "orders.*.created", false],
        ["^(a|b)\\.x{2,3}$", "#.xx", true],
        ["^(a|b)\\.x{2,3}$", "#.xxxx", false],
        ["^[a-z]+$", "*.*", false],
        ["\\.eu$", "#.us", false],
        ["eu", "#.us", true],
        ["^eu$|us", "#.us", true],
        ["^$", "#", true],
        ["^$", "a.#", false],
        ["^(?!orders)", "orders.*", true],
        ["^.{3}$", "*.*.*", true],
        ["^é$", "*", true],
        ["^\\d+$", "a", false],
        ["^a\\z", "a.#", true],
        ["^a\\z", "a.b.#", false],
        ["(", "#", false],
    ])("%s and %s can match one routing key: %s", (pattern, bindingKey, expected) => {
        expect(canMatchTopic(pattern, bindingKey)).toBe(expected);
    });

    it("match one exactly if some key of a few words does", () => {
        const alphabet = ["a", "b", "."];
        const keys = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((length) =>
            Array.from({ length: 3 ** length }, (_, n) =>
                Array.from({ length }, (_each, at) => alphabet[Math.floor(n / 3 ** at) % 3]).join(""),
            ),
        );
        const piece = fc.constantFrom("a", "b", "\\.", ".", "[ab]", "(a|b\\.)", "a?", "b+", "^", "$");
        const pattern = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
        const bindingKey = fc
            .array(fc.constantFrom("a", "b", "*", "#"), { minLength: 1, maxLength: 2 })
            .map((words) => words.join("."));
        fc.assert(
            fc.property(pattern, bindingKey, (one, other) => {
                const expression = new RegExp(one);
                const isCommon = keys.some((key) => expression.test(key) && matchesTopic(other, key));
                expect(canMatchTopic(one, other)).toBe(isCommon);
            }),
            { numRuns: 300 },
        );
    });
});
