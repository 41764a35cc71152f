import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonSyntaxError, parseJson } from "../../src/definitions/jsonDocument.ts";

function syntaxError(text: string): JsonSyntaxError {
    try {
        parseJson(text);
    } catch (error) {
        if (error instanceof JsonSyntaxError) {
            return error;
        }
        throw error;
    }
    throw new Error(`the test relies on ${text} being no JSON`);
}

describe("a text that is not JSON", () => {
    it.each([
        ["", "expected a value", 1, 1],
        ["<html>", "invalid value", 1, 1],
        ["nul", "invalid value", 1, 1],
        ["{", "ends before it is complete", 1, 2],
        ['{\n "queues": [1,\n', "ends before it is complete", 3, 1],
        ['{"a": "x', "a text is not closed", 1, 7],
        ['{"a": 1,}', "expected a key in double quotes", 1, 9],
        ["[1 2]", "expected a comma", 1, 4],
        ['{"a" 1}', "expected a colon", 1, 6],
        ["{} {}", "expected the end of the text", 1, 4],
        ["// no\n{}", "JSON has no comments", 1, 1],
        ['{"a": "\u0001"}', "a control character must be escaped", 1, 7],
        ['{"a": "\\x"}', "invalid escape", 1, 7],
    ])("is refused with the position: %j", (text, problem, line, column) => {
        const error = syntaxError(text);
        expect(error.message).toContain(problem);
        expect(error.position).toEqual({ line, column });
    });

    it("is refused if it is nested too deeply, without a stack overflow", () => {
        expect(syntaxError("[".repeat(1_000_000)).message).toBe("is nested deeper than 200 levels");
    });

    it("is never taken for JSON, and JSON never for it", () => {
        fc.assert(
            fc.property(fc.json(), fc.nat(), (text, cut) => {
                const part = text.slice(0, cut % (text.length + 1));
                const isJson = ((): boolean => {
                    try {
                        JSON.parse(part);
                        return true;
                    } catch {
                        return false;
                    }
                })();
                if (isJson) {
                    expect(parseJson(part).value).toEqual(JSON.parse(part));
                } else {
                    expect(() => parseJson(part)).toThrow(JsonSyntaxError);
                }
            }),
        );
    });
});

describe("what a plain parser forgets", () => {
    it("is kept: repeated keys and whole numbers written as floating-point ones", () => {
        const document = parseJson('{"a": 1, "b": [{"c": 6e4, "c": 2.0, "d": 2.5}], "a": 2}');
        expect(document.repeatedKeys).toEqual([["b", 0, "c"], ["a"]]);
        expect(document.floats).toEqual([
            ["b", 0, "c"],
            ["b", 0, "c"],
        ]);
    });

    it("includes no byte order mark", () => {
        expect(parseJson("\uFEFF[1]").value).toEqual([1]);
    });
});

describe("the place of a value", () => {
    const document = parseJson(
        '{\n  "queues": [\n    {"name": "a"},\n    {"name": "b",\n     "arguments": {"x-expires": 5}}\n  ]\n}',
    );

    it.each([
        [["queues", 0], 3, 5],
        [["queues", 1], 4, 5],
        [["queues", 1, "name"], 4, 6],
        [["queues", 1, "arguments", "x-expires"], 5, 20],
        [["queues"], 2, 3],
        [[], 1, 1],
    ])("is found: %j", (path, line, column) => {
        expect(document.positionOf(path)).toEqual({ line, column });
    });

    it.each([
        [["queues", 1, "arguments", "x-missing"], 5, 6],
        [["queues", 1, "missing"], 4, 5],
        [["missing"], 1, 1],
    ])("is that of the nearest holder where there is no such value: %j", (path, line, column) => {
        expect(document.positionOf(path)).toEqual({ line, column });
    });
});
