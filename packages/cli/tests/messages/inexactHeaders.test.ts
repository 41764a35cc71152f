import { expect, it } from "vitest";
import { encodableHeaders, inexactHeader } from "../../src/messages/inexactHeaders.ts";

it.each([
    [{ id: 2 ** 53 }, 'header "id" is an integer above 2^53'],
    [{ id: -(2 ** 62) }, 'header "id" is an integer above 2^53'],
    [{ at: { "!": "timestamp", value: 2 ** 64 } }, 'header "at" is an integer above 2^53'],
    [{ list: [1, { deep: ["a", 2 ** 60] }] }, 'header "list" is an integer above 2^53'],
    [{ name: "caf\uFFFD" }, 'header "name" is a text that is not UTF-8'],
    [{ "caf\uFFFD": 1 }, 'header "caf\uFFFD" is a text that is not UTF-8'],
])("names the header that the client cannot represent: %j", (headers, text) => {
    expect(inexactHeader(headers)).toContain(text);
});

it.each([
    {},
    { id: Number.MAX_SAFE_INTEGER, ratio: 0.1, large: 1e300, none: null },
    {
        bytes: Buffer.from([255, 254]),
        text: "café",
        list: [[]],
        at: { "!": "timestamp", value: 1_796_036_689 },
    },
])("accepts headers that the client represents: %j", (headers) => {
    expect(inexactHeader(headers)).toBeUndefined();
});

it("names the type of whole numbers outside 64 bits, at any depth", () => {
    const bytes = Buffer.from([1]);
    expect(
        encodableHeaders({
            ...{ c: [2 ** 63], d: { e: -1e300 } },
            ...{ f: 1, g: 0.5, h: "x", i: bytes, j: null, k: { "!": "timestamp", value: 1 } },
        }),
    ).toEqual({
        c: [{ "!": "double", value: 2 ** 63 }],
        d: { e: { "!": "double", value: -1e300 } },
        ...{ f: 1, g: 0.5, h: "x", i: bytes, j: null, k: { "!": "timestamp", value: 1 } },
    });
});
