import { describe, expect, it } from "vitest";
import { nameScope, parseScope } from "../../../../src/cli/erase/scope.ts";

const now = Date.parse("2026-05-31T12:00:00Z");

describe("what is erased", () => {
    it.each([
        [{ id: "a-1" }, 'analysis "a-1"'],
        [{ olderThan: "30 days" }, "e-mails from before 2026-05-01T12:00:00.000Z"],
        [{ olderThan: "30d" }, "e-mails from before 2026-05-01T12:00:00.000Z"],
        [{ olderThan: "90 minutes" }, "e-mails from before 2026-05-31T10:30:00.000Z"],
    ])("is read from %o", (options, expected) => {
        expect(nameScope(parseScope(options, now))).toBe(expected);
    });

    it.each([
        [{}, "give either --id with the id of an analysis"],
        [{ id: "a", olderThan: "1 day" }, "give either --id with the id of an analysis"],
        [{ id: "" }, '--id "" is not the id of an analysis'],
        [{ id: "a b" }, '--id "a b" is not the id of an analysis'],
        [{ id: "x".repeat(101) }, "is not the id of an analysis"],
        [{ olderThan: "" }, '--older-than "" is not an age; write for example "30 days"'],
        [{ olderThan: "0 days" }, "is not an age"],
        [{ olderThan: "-3 days" }, "is not an age"],
        [{ olderThan: "yesterday" }, "is not an age"],
        [{ olderThan: "2026-05-01" }, "is not an age"],
    ])("cannot be read from %o", (options, words) => {
        expect(() => parseScope(options, now)).toThrow(words);
    });
});
