import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BytesText, bytes, formatBytes, parseBytes } from "../../src/model/index.ts";

describe("parseBytes", () => {
    it.each([
        ["0 B", 0],
        ["1 B", 1],
        ["256 KiB", 262_144],
        ["64 MiB", 67_108_864],
        ["2 GiB", 2_147_483_648],
        ["9007199254740991 B", Number.MAX_SAFE_INTEGER],
    ])("reads %j as %d bytes", (text, size) => {
        expect(parseBytes(text)).toBe(size);
    });

    it.each([
        "",
        "1",
        "B",
        "1B",
        "1  B",
        " 1 B",
        "1 B\n",
        "-1 B",
        "1.5 GiB",
        "1e3 B",
        "1 b",
        "1 KB",
        "1 kib",
        "1 GB",
        "1 TiB",
        "1 MiB 1 KiB",
    ])("refuses %j, which is not a size", (text) => {
        expect(parseBytes(text)).toBeUndefined();
    });

    it.each(["9007199254740992 B", "9007199254740991 KiB", `${"9".repeat(400)} B`])(
        "refuses %s, which no number holds exactly",
        (text) => {
            expect(parseBytes(text)).toBeUndefined();
        },
    );
});

describe("formatBytes", () => {
    it.each([
        [0, "0 B"],
        [1, "1 B"],
        [1_024, "1 KiB"],
        [1_025, "1025 B"],
        [1_572_864, "1536 KiB"],
        [1_073_741_824, "1 GiB"],
    ])("writes %d bytes as %j, in the largest unit that divides them", (size, text) => {
        expect(formatBytes(bytes(`${size} B`))).toBe(text);
    });

    it("writes every size so that reading it gives the same one", () => {
        const factor = fc.constantFrom(1, 1_024, 1_048_576, 1_073_741_824);
        const sizes = fc
            .tuple(fc.maxSafeNat(), factor)
            .map(([amount, unit]) => Math.floor(amount / unit) * unit);
        fc.assert(
            fc.property(sizes, (size) => {
                expect(parseBytes(formatBytes(bytes(`${size} B`)))).toBe(size);
            }),
        );
    });
});

describe("bytes", () => {
    it.each<BytesText>(["1.5 GiB", "9007199254740992 B"])("throws for %j and quotes it", (text) => {
        expect(() => bytes(text)).toThrow(new RangeError(`"${text}" is not a size`));
    });
});
