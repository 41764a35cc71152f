import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
    type DurationText,
    duration,
    formatDuration,
    maxDurationMs,
    parseDuration,
    shorter,
    times,
} from "../../src/model/index.ts";

describe("parseDuration", () => {
    it.each([
        ["0 seconds", 0],
        ["1 millisecond", 1],
        ["250 milliseconds", 250],
        ["1 second", 1_000],
        ["30 seconds", 30_000],
        ["1 minute", 60_000],
        ["90 minutes", 5_400_000],
        ["1 hour", 3_600_000],
        ["24 hours", 86_400_000],
        ["7 days", 604_800_000],
        ["49 days", 4_233_600_000],
        ["4294967295 milliseconds", 4_294_967_295],
    ])("reads %j as %d milliseconds", (text, ms) => {
        expect(parseDuration(text)).toBe(ms);
    });

    it.each([
        "",
        " ",
        "30",
        "seconds",
        "30seconds",
        "30  seconds",
        " 30 seconds",
        "30 seconds ",
        "30 seconds\n",
        "-1 seconds",
        "+1 seconds",
        "1.5 seconds",
        "1e3 seconds",
        "1_000 seconds",
        "30 Seconds",
        "30 s",
        "30 secondss",
        "1 week",
        "1 minute 30 seconds",
        "PT30S",
        "٣ seconds",
    ])("refuses %j, which is not a duration", (text) => {
        expect(parseDuration(text)).toBeUndefined();
    });

    it.each(["4294967296 milliseconds", "50 days", `${"9".repeat(400)} days`])(
        "refuses %s, which is longer than anything of ours waits",
        (text) => {
            expect(parseDuration(text)).toBeUndefined();
        },
    );
});

describe("formatDuration", () => {
    it.each([
        [0, "0 seconds"],
        [1, "1 millisecond"],
        [999, "999 milliseconds"],
        [1_000, "1 second"],
        [90_000, "90 seconds"],
        [120_000, "2 minutes"],
        [86_400_000, "1 day"],
        [90_000_000, "25 hours"],
    ])("writes %d milliseconds as %j, in the largest unit that divides them", (ms, text) => {
        expect(formatDuration(duration(`${ms} milliseconds`))).toBe(text);
    });

    it("writes every duration so that reading it gives the same one", () => {
        const unit = fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000);
        const spans = fc
            .tuple(fc.nat({ max: maxDurationMs }), unit)
            .map(([amount, factor]) => Math.floor(amount / factor) * factor);
        fc.assert(
            fc.property(spans, (ms) => {
                expect(parseDuration(formatDuration(duration(`${ms} milliseconds`)))).toBe(ms);
            }),
        );
    });
});

describe("duration", () => {
    it("gives what parseDuration gives", () => {
        expect(duration("5 minutes")).toBe(300_000);
    });

    it.each<DurationText>(["1.5 seconds", "50 days"])("throws for %j and quotes it", (text) => {
        expect(() => duration(text)).toThrow(new RangeError(`"${text}" is not a duration`));
    });
});

describe("times and shorter", () => {
    it.each([
        [5_000, 3, 15_000],
        [5_000, 0, 0],
        [3, 0.5, 2],
    ])("%d ms times %d is %d ms", (ms, factor, product) => {
        expect(times(duration(`${ms} milliseconds`), factor)).toBe(product);
    });

    it.each([
        ["1 second", "2 seconds", 1_000],
        ["2 seconds", "1 second", 1_000],
        ["1 second", "1 second", 1_000],
    ] as const)("the shorter of %s and %s is %d ms", (a, b, ms) => {
        expect(shorter(duration(a), duration(b))).toBe(ms);
    });
});
