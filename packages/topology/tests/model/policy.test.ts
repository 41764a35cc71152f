import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactPattern } from "../../src/model/index.ts";

const characters = Array.from("ab.*+?^${}()|[]\\-/ é#");

/** Names that are made mostly of what means something in a regular expression. */
const name = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 6 });

describe("exactly", () => {
    it.each([
        [[], "^$"],
        [["spot.analysis"], "^spot\\.analysis$"],
        [["b", "a", "b"], "^(a|b)$"],
        [["a|b", "c"], "^(a\\|b|c)$"],
        [["x^$*+?.()[]{}\\y"], "^x\\^\\$\\*\\+\\?\\.\\(\\)\\[\\]\\{\\}\\\\y$"],
    ])("makes of %j the pattern %s", (names, pattern) => {
        expect(exactPattern(...names)).toBe(pattern);
    });

    // By JavaScript's expressions; the broker's own (PCRE) let "$" also stand before a line break at the end, which no name here has.
    it("matches the given names and no other", () => {
        fc.assert(
            fc.property(fc.array(name, { maxLength: 5 }), fc.array(name), (names, others) => {
                const pattern = new RegExp(exactPattern(...names), "u");
                const candidates = [...names, ...others, ...names.map((each) => `${each}x`), "a"];
                const matched = candidates.filter((each) => pattern.test(each));
                expect(matched).toEqual(candidates.filter((each) => names.includes(each)));
            }),
        );
    });

    it("matches no name at all where none is given", () => {
        fc.assert(
            fc.property(name, (each) => {
                expect(new RegExp(exactPattern(), "u").test(each)).toBe(false);
            }),
        );
    });

    it("does not depend on the order of the names", () => {
        fc.assert(
            fc.property(fc.array(name), (names) => {
                expect(exactPattern(...names.toReversed())).toBe(exactPattern(...names));
            }),
        );
    });
});
