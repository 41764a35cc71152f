import type { GetMessage } from "amqplib";
import { describe, expect, it } from "vitest";
import { isAbout } from "../../../../src/cli/erase/deadLetters.ts";

const before = new Date("2026-05-04T12:00:00Z");
const seconds = before.getTime() / 1_000;

function message(
    content: unknown,
    properties: Record<string, unknown> = {},
): Pick<GetMessage, "properties" | "content"> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return {
        content: Buffer.from(text),
        // Only what is read.
        properties: properties as unknown as GetMessage["properties"],
    };
}

describe("a dead letter", () => {
    it.each([
        [message({}, { correlationId: "a-1" }), true],
        [message({ analysis: "a-1" }), true],
        [message({ analysis: "a-1" }, { correlationId: "another" }), true],
        [message("not JSON", { correlationId: "a-1" }), true],
        [message({ analysis: "a-10" }), false],
        [message({}, { correlationId: "a-2" }), false],
        [message("{"), undefined],
        [message("null"), undefined],
        [message({ analysis: 5 }), undefined],
        [message({}, { correlationId: "" }), undefined],
    ])("is about an analysis or not: %o", (given, expected) => {
        expect(isAbout(given, { id: "a-1" })).toBe(expected);
    });

    it.each([
        [message({ submittedAt: "2026-05-04T11:59:59Z" }), true],
        [message({ submittedAt: "2026-05-04T12:00:00Z" }), false],
        [message({ submittedAt: "2026-05-04T13:59:59+02:00" }), true],
        [message({ at: "2026-05-01T00:00:00Z" }), true],
        [message({}, { timestamp: seconds - 1 }), true],
        [message({}, { timestamp: seconds }), false],
        // Published again later, about an old e-mail.
        [message({ submittedAt: "2026-05-01T00:00:00Z" }, { timestamp: seconds + 60 }), true],
        [message({ at: "soon" }, { timestamp: seconds + 60 }), false],
        [message({ at: "soon" }), undefined],
        [message("", {}), undefined],
    ])("is old or not: %o", (given, expected) => {
        expect(isAbout(given, { before })).toBe(expected);
    });
});
