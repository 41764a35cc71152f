import { describe, expect, it } from "vitest";
import { finiteTexts } from "../../src/patterns/finiteTexts.ts";

describe("the texts that a pattern matches", () => {
    it.each<[string, readonly string[]]>([
        ["^$", [""]],
        ["^a\\.(b|c)$", ["a.b", "a.c"]],
        ["^(a|b)\\.(x|y)$", ["a.x", "a.y", "b.x", "b.y"]],
        ["^a$|^b$", ["a", "b"]],
        ["^ab?$", ["a", "ab"]],
        ["^v[12]{2}$", ["v11", "v12", "v21", "v22"]],
        ["^é$", ["é"]],
        ["^a\\z", ["a"]],
    ])("are listed: %s", (pattern, texts) => {
        expect(finiteTexts(pattern)).toEqual(texts);
    });

    it.each(["", "a", "^a", "a$", "^a*$", "^a|b$", "^.$", "^a{300}{300}$", "^(?=a)a$", "^[^a]$", "("])(
        "are not listed if they are many, or not anchored: %s",
        (pattern) => {
            expect(finiteTexts(pattern)).toBeUndefined();
        },
    );
});
