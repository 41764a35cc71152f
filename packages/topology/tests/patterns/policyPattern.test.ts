import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactPattern } from "../../src/model/index.ts";
import { literalNames, patternFault, policyPattern } from "../../src/patterns/policyPattern.ts";

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
        ["a quantified escape", "^p\\++$", "p++", true],
        ["a name of a group", "^(?P<n>orders)\\.new$", "orders.new", true],
        ["options of a group", "^(?i:orders)\\.x$", "ORDERS.x", true],
        ["options that end with their group", "^(?i:orders)\\.x$", "orders.X", false],
        ["options up to the end of a group", "^(a(?i)b|c)d$", "Cd", true],
        ["options that are taken away", "(?i)^a(?-i)b$", "AB", false],
        ["a quotation", "^\\Qa+b\\E$", "a+b", true],
        ["white space and comments without meaning", "(?x) ^ orders # all\n", "orders", true],
        ["an atomic group", "^(?>orders)\\.new$", "orders.new", true],
        ["an atomic group that gives nothing back", "^(?>a|ab)c$", "abc", false],
        ["a possessive quantifier that gives nothing back", "^a++a$", "aaa", false],
        ["a lookahead", "^(?=.*a)b", "ba", true],
        ["a look back over two lengths", "(?<=a|bc)d$", "bcd", true],
        ["a look back for nothing of two lengths", "(?<!a|bc)d$", "bcd", false],
        ["counted repeats", "^(?:ab){2,3}$", "ababab", true],
        ["too few repeats", "^(?:ab){2,3}$", "ab", false],
        ["a brace that counts nothing", "^a{,2}$", "a{,2}", true],
        ["a negated class", "^[^[:alpha:].]+$", "12", true],
        ["a POSIX class of one case", "^[[:upper:]]+$", "ab", false],
        ["a POSIX class of one case, which an option makes both", "(?i)^[[:upper:]]+$", "ab", true],
        ["a POSIX class that is negated itself", "^[[:^digit:]]+$", "ab", true],
        ["a range of either case", "(?i)^[a-c]+$", "BC", true],
        ["bytes by their numbers", "^\\x41\\x{42}\\041$", "AB!", true],
        ["a range of bytes by their numbers", "^[\\x41-\\x43]+$", "ABC", true],
        ["a class in a class", "^[\\d_-]+$", "1_-", true],
        ["a comment", "^a(?#c)b$", "ab", true],
        ["a closing bracket at the front of a class", "^[]a]+$", "a]", true],
        ["bytes: ü has two", "^.$", "ü", false],
        ["the last byte of ü alone, repeated", "^ü+$", "üü", false],
        ["edges of words", "\\borders\\b", "all.orders.new", true],
        ["a code", "^\\x61\\x{62}$", "ab", true],
    ])("reads %s", (_, pattern, name, expected) => {
        expect(policyPattern(pattern)?.test(name)).toBe(expected);
    });

    it.each([
        "(",
        ")",
        "[a",
        "a{2,1}",
        "(?<n",
        "*",
        "a**",
        "^*",
        "a{70000}",
        "(?<n>a)(?<n>b)",
        "\\",
        "[b-a]",
        "[:alpha:]",
    ])("has no answer for %j, which no expression is", (pattern) => {
        expect(policyPattern(pattern)).toBeUndefined();
        expect(patternFault(pattern)).toBe("invalid");
    });

    it.each(["^(a)\\1$", "^(?R)$", "(?(?=a)b)", "(*COMMIT)a", "\\p{L}", "(?&n)", "((a{100}){100}){2}"])(
        "says that %j is not supported",
        (pattern) => {
            expect(policyPattern(pattern)).toBeUndefined();
            expect(patternFault(pattern)).toBe("unsupported");
        },
    );

    it.each([
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^(?=(a+)+$).*",
        "(?>(a+)+)$",
        ".*.*.*.*.*.*x",
        "^(a?){40}a{40}$",
    ])("is at an end soon with %j", (pattern) => {
        const expression = policyPattern(pattern);
        const began = process.cpuUsage();
        expression?.test(`${"a".repeat(240)}!`);
        expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
    });

    it("matches what this engine matches, where both read a pattern alike", () => {
        const pattern = fc
            .array(
                fc.constantFrom(
                    "a",
                    "b",
                    "\\.",
                    "[ab]",
                    "(a|b)",
                    "(?:ab)?",
                    ".*",
                    "(a*)*",
                    "(b|a.)+",
                    "^",
                    "$",
                ),
                {
                    maxLength: 6,
                },
            )
            .map((parts) => parts.join(""));
        const name = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 6 });
        fc.assert(
            fc.property(pattern, fc.array(name), (some, names) => {
                const [own, same] = [policyPattern(some), new RegExp(some)];
                expect(names.map((each) => own?.test(each))).toEqual(names.map((each) => same.test(each)));
            }),
            { numRuns: 500 },
        );
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

    it("are the names that a pattern was made from, with any characters", () => {
        const name = fc.string({
            unit: fc.constantFrom("a", ".", "|", "(", "$", "\\", "-", " ", "ü"),
            minLength: 1,
        });
        fc.assert(
            fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (names) => {
                const pattern = exactPattern(...names);
                const read = literalNames(pattern);
                // A name with a parenthesis or a bar may be left to the expression; what is read must be right.
                expect(read ?? [...names].sort()).toEqual([...names].sort());
                expect(names.every((each) => policyPattern(pattern)?.test(each))).toBe(true);
            }),
        );
    });
});
