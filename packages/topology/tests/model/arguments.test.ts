import { describe, expect, it } from "vitest";
import { valueText } from "../../src/model/index.ts";

describe("valueText", () => {
    it.each([
        ["a", '"a"'],
        [60_000.5, "60000.5"],
        [Number.MAX_SAFE_INTEGER, "9007199254740991"],
        [["a", 1], '["a",1]'],
        [Number("9223372036854775807"), "more than 9007199254740991"],
        [Number("-9223372036854775808"), "less than -9007199254740991"],
    ])("tells %j as %s, never another number than the file's", (value, text) => {
        expect(valueText(value)).toBe(text);
    });
});
