import { describe, expect, it } from "vitest";
import {
    brokerVersions,
    exchange,
    isAtLeast,
    queue,
    service,
    UsageError,
    UserError,
    vhost,
} from "../../src/model/index.ts";

describe("isAtLeast", () => {
    it.each([
        ["4.0", [true, false, false, false]],
        ["4.1", [true, true, false, false]],
        ["4.2", [true, true, true, false]],
        ["4.3", [true, true, true, true]],
    ] as const)("compares %s with every known version", (version, expected) => {
        expect(brokerVersions.map((since) => isAtLeast(version, since))).toEqual(expected);
    });
});

describe("the constructors of nouns", () => {
    it("make a virtual host of its name", () => {
        expect(vhost("spot")).toEqual({ name: "spot" });
    });

    it("make an exchange durable, not auto-delete and not internal by default", () => {
        const plain = { vhost: "v", name: "e", type: "topic", arguments: {} };
        expect(exchange("v", "e", "topic")).toEqual({
            ...plain,
            durable: true,
            autoDelete: false,
            internal: false,
        });
        const settings = { durable: false, autoDelete: true, internal: true };
        expect(exchange("v", "e", "topic", settings)).toEqual({ ...plain, ...settings });
    });

    it("make a queue durable, not auto-delete and not retained by default", () => {
        const plain = { vhost: "v", name: "q", type: "quorum", arguments: {} };
        expect(queue("v", "q", "quorum")).toEqual({
            ...plain,
            durable: true,
            autoDelete: false,
            retain: false,
        });
        const settings = { retain: true, purpose: "work" } as const;
        expect(queue("v", "q", "quorum", settings)).toEqual({
            ...plain,
            durable: true,
            autoDelete: false,
            ...settings,
        });
    });

    it("make a service that publishes and consumes nothing by default", () => {
        expect(service("v", "idle")).toEqual({
            vhost: "v",
            name: "idle",
            publishes: [],
            consumes: [],
            calls: [],
            replies: false,
            inspects: [],
            redrives: false,
            tags: [],
        });
    });
});

describe("errors that a user can fix", () => {
    it("are recognised by their class and carry their own name", () => {
        const usage = new UsageError("wrong");
        expect(usage).toBeInstanceOf(UserError);
        expect([usage.name, usage.message, new UserError("x").name]).toEqual([
            "UsageError",
            "wrong",
            "UserError",
        ]);
    });
});
