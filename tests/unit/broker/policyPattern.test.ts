import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalNames, policyPattern } from "../../../src/broker/policyPattern.js";
import { exactly } from "../../../src/model/index.js";

describe("policyPattern", () => {
    it.each([
        ["a name", "^orders$", "orders", true],
        ["no anchor", "rder", "orders", true],
        ["an option at the front", "(?i)^ORDERS$", "orders", true],
        ["a POSIX class", "^[[:alpha:]_]+$", "orders_a", true],
        ["a POSIX class that does not fit", "^[[:digit:]]+$", "orders", false],
        ["text anchors", "\\Aorders\\z", "orders", true],
        ["a possessive quantifier", "^o++rders", "orders", true],
        ["a needless escape, which a Unicode expression refuses", "^orders\\-a$", "orders-a", true],
        ["a lookahead", "^(?!amq\\.).*", "amq.topic", false],
        ["letters beyond ASCII", "^ünï", "ünïcode", true],
    ])("reads %s", (_, pattern, name, expected) => {
        expect(policyPattern(pattern)?.test(name)).toBe(expected);
    });

    it.each(["(", "[a", "a{2,1}", "(?<n"])("has no answer for %j, which no expression is", (pattern) => {
        expect(policyPattern(pattern)).toBeUndefined();
    });
});

describe("literalNames", () => {
    it.each<[string, readonly string[] | undefined]>([
        ["^a$", ["a"]],
        ["^a\\.b$", ["a.b"]],
        ["^(a|b\\.c)$", ["a", "b.c"]],
        ["^$", [""]],
        ["^a.b$", undefined],
        ["^a|b$", undefined],
        ["^(a|b*)$", undefined],
        ["^(a)|(b)$", undefined],
        ["^(a\\)$", undefined],
        ["^a\\$", undefined],
        ["^(a\\(b\\)|c)$", ["a(b)", "c"]],
        ["^\\ü\\-$", ["ü-"]],
        ["^\\d$", undefined],
        ["a", undefined],
    ])("of %j are %j", (pattern, expected) => {
        expect(literalNames(pattern)).toEqual(expected);
    });

    it("are the names that a pattern was made of, whatever is in them", () => {
        const name = fc.string({
            unit: fc.constantFrom("a", ".", "|", "(", "$", "\\", "-", " ", "ü"),
            minLength: 1,
        });
        fc.assert(
            fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (names) => {
                const pattern = exactly(...names);
                const read = literalNames(pattern);
                // A name with a parenthesis or a bar may be left to the expression; what is read must be right.
                expect(read ?? [...names].sort()).toEqual([...names].sort());
                expect(names.every((each) => policyPattern(pattern)?.test(each))).toBe(true);
            }),
        );
    });
});
