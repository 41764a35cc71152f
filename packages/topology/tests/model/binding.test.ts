import { describe, expect, it } from "vitest";
import { type Binding, binding, bindingKey } from "../../src/model/index.ts";

const base = binding("spot", "source", "destination", "key");

describe("binding", () => {
    it("is a binding to a queue without arguments by default", () => {
        expect(base).toEqual({
            vhost: "spot",
            source: "source",
            destination: "destination",
            destinationType: "queue",
            routingKey: "key",
            arguments: {},
        });
    });

    it("takes destination type and arguments from its settings", () => {
        const settings = { destinationType: "exchange", arguments: { "x-match": "any" } } as const;
        expect(binding("v", "s", "d", "", settings)).toEqual({
            vhost: "v",
            source: "s",
            destination: "d",
            routingKey: "",
            ...settings,
        });
    });
});

describe("bindingKey", () => {
    it("is the same for two bindings that say the same", () => {
        expect(bindingKey({ ...base })).toBe(bindingKey(base));
    });

    it("does not depend on the order of the arguments", () => {
        expect(bindingKey({ ...base, arguments: { a: 1, b: 2 } })).toBe(
            bindingKey({ ...base, arguments: { b: 2, a: 1 } }),
        );
    });

    it.each<Partial<Binding>>([
        { vhost: "other" },
        { source: "other" },
        { destination: "other" },
        { destinationType: "exchange" },
        { routingKey: "other" },
        { routingKey: "" },
        { arguments: { a: 1 } },
        { arguments: { a: null } },
    ])("tells bindings apart that differ in %j", (difference) => {
        expect(bindingKey({ ...base, ...difference })).not.toBe(bindingKey(base));
    });

    it("tells argument values apart that read alike", () => {
        const keys = [1, "1", true, "true", null].map((a) => bindingKey({ ...base, arguments: { a } }));
        expect(new Set(keys).size).toBe(5);
    });

    it("is not confused by names that contain each other's separators", () => {
        const left = binding("spot", 'a","b', "c", "");
        const right = binding("spot", "a", 'b","c', "");
        expect(bindingKey(left)).not.toBe(bindingKey(right));
    });
});
