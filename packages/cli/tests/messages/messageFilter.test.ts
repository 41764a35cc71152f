import type { MessageHistory, ParkedMessage, ParkingCause } from "@spot-messaging/topology/messages";
import { describe, expect, it } from "vitest";
import { type FilterOptions, failedAgain, messageFilter } from "../../src/messages/messageFilter.ts";

const now = Date.parse("2026-11-24T08:00:00Z");
const minute = 60_000;

const message: ParkedMessage = {
    vhost: "shop",
    queue: "orders.dlq",
    exchange: "dead",
    routingKey: "orders",
    properties: { messageId: "m-1", correlationId: "c-1" },
    headers: { tenant: "a", count: 3 },
    bytes: 2,
};
const cause: ParkingCause = {
    reason: "failed",
    queue: "orders",
    errorType: "TimeoutError",
    at: now - 30 * minute,
    sentence: "it failed",
    settings: [],
};
const history: MessageHistory = {
    deaths: [
        { queue: "orders.delay", reason: "expired", count: 1, exchange: "shop", routingKeys: ["order.new"] },
    ],
    redrives: [],
};

describe("the messages that options choose", () => {
    it.each<readonly [options: FilterOptions, isChosen: boolean]>([
        [{}, true],
        [{ reason: ["expired", "failed"] }, true],
        [{ reason: ["expired"] }, false],
        [{ error: ["TimeoutError"] }, true],
        [{ error: ["ValueError"] }, false],
        [{ from: ["orders"] }, true],
        [{ from: ["orders.delay"] }, false],
        [{ key: ["orders"] }, true],
        [{ key: ["order.new"] }, true],
        [{ key: ["order.*"] }, false],
        [{ id: ["m-1"] }, true],
        [{ id: ["c-1"] }, true],
        [{ id: ["m-2"] }, false],
        [{ header: ["tenant=a"] }, true],
        [{ header: ["tenant=a", "count=3"] }, true],
        [{ header: ["tenant=a", "count=4"] }, false],
        [{ header: ["nope=a"] }, false],
        [{ olderThan: "30 minutes" }, true],
        [{ olderThan: "31 minutes" }, false],
        [{ newerThan: "31 minutes" }, true],
        [{ newerThan: "30 minutes" }, false],
        [{ reason: ["failed"], from: ["other"] }, false],
    ])("%j: %s", (options, isChosen) => {
        expect(messageFilter(options, now)(message, history, cause) === undefined).toBe(isChosen);
    });

    it("are not those that were sent back before, without --again", () => {
        const again = { ...history, redrives: [{ from: "orders.dlq", cause: "it failed" }] };
        expect(messageFilter({}, now)(message, again, cause)).toBe(failedAgain);
        expect(messageFilter({ again: true }, now)(message, again, cause)).toBeUndefined();
    });

    it("are not those without a time, if an age is an option", () => {
        const untimed: ParkingCause = { reason: "failed", sentence: "it failed", settings: [] };
        expect(messageFilter({ olderThan: "1 second" }, now)(message, history, untimed)).toBe("do not match");
        expect(messageFilter({ newerThan: "1 day" }, now)(message, history, untimed)).toBe("do not match");
    });

    it.each([
        [{ reason: ["crashed"] }, '--reason "crashed" is unknown; choose from failed, rejected, expired'],
        [{ olderThan: "1h" }, '--older-than "1h" is not an age; write for example "2 hours"'],
        [{ newerThan: "-1 hours" }, '--newer-than "-1 hours" is not an age'],
        [{ header: ["tenant"] }, '--header "tenant" has no value; write --header name=value'],
    ])("must be named correctly: %j", (options, problem) => {
        expect(() => messageFilter(options, now)).toThrow(problem);
    });
});
