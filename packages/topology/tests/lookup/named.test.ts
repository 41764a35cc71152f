import { describe, expect, it } from "vitest";
import { groupedByName, named } from "../../src/lookup/named.ts";

const objects = [
    { vhost: "v", name: "a", number: 1 },
    { vhost: "w", name: "a", number: 2 },
    { vhost: "v", name: "a", number: 3 },
    { vhost: "v", name: "b", number: 4 },
];

describe("named", () => {
    it.each([
        ["v", "a", 3],
        ["w", "a", 2],
        ["v", "b", 4],
        ["w", "b", undefined],
        ["x", "a", undefined],
    ])("finds in virtual host %j by name %j the last, number %j", (vhost, name, number) => {
        expect(named(objects)(vhost, name)?.number).toBe(number);
    });
});

describe("groupedByName", () => {
    it.each([
        ["v", "a", [1, 3]],
        ["w", "a", [2]],
        ["v", "b", [4]],
        ["w", "b", []],
        ["x", "a", []],
    ])("finds in virtual host %j by name %j all, in order: %j", (vhost, name, numbers) => {
        const found = groupedByName(objects, (each) => each)(vhost, name);
        expect(found.map(({ number }) => number)).toEqual(numbers);
    });
});
