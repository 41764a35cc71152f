import { expect, it } from "vitest";
import { parseMoment } from "../../../../src/cli/account/moment.ts";

const now = Date.parse("2026-05-04T12:00:00Z");

it.each([
    ["2 hours", "2026-05-04T10:00:00Z"],
    ["90 seconds", "2026-05-04T11:58:30Z"],
    ["2026-05-03T10:00:00Z", "2026-05-03T10:00:00Z"],
    ["2026-05-03T12:00:00+02:00", "2026-05-03T10:00:00Z"],
    ["2026-05-03", "2026-05-03T00:00:00Z"],
])("reads %s", (text, expected) => {
    expect(parseMoment(text, now)).toBe(Date.parse(expected) / 1_000);
});

it.each(["", "yesterday", "5", "2026-13-01", "-1 hours"])('says what "%s" should be', (text) => {
    expect(() => parseMoment(text, now)).toThrow(
        `--since "${text}" is not a time; write a time such as 2026-05-04T10:00:00Z, or how long ago, such as "2 hours"`,
    );
});
