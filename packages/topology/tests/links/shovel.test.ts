import { describe, expect, it } from "vitest";
import { endText } from "../../src/links/linkText.ts";
import { shovelOf } from "../../src/links/shovel.ts";
import type { Parameter } from "../../src/model/index.ts";

/** The source and the destination of a shovel with these fields. */
function ends(value: Parameter["value"]): string | undefined {
    const shovel = shovelOf({ vhost: "shop", component: "shovel", name: "s", value });
    return shovel === undefined
        ? undefined
        : `${endText(shovel.source, "source")} -> ${endText(shovel.destination, "destination")}`;
}

const unknown = 'an unknown address in vhost "/"';

describe("the ends of a shovel", () => {
    it.each([
        ["amqp://", 'in vhost "/"'],
        ["amqp:", 'in vhost "/"'],
        ["amqp:///shop", 'in vhost "shop"'],
        ["amqp:///%2F", 'in vhost "/"'],
        ["amqp:///", 'in vhost ""'],
        ["amqp://localhost", 'in vhost "/"'],
        ["amqps://user:[secret]@127.0.0.1:5671/shop?verify=verify_none", 'in vhost "shop"'],
        ["amqp://[::1]/a%20b", 'in vhost "a b"'],
        ["amqp://far.example.com/shop", "at amqp://far.example.com/shop"],
        [["amqp://far", "amqp://farther"], "at amqp://far"],
        ["http://localhost", "at http://localhost"],
        [5, "at "],
    ])("with the URI %j are %s", (uri, place) => {
        expect(ends({ "src-uri": uri, "src-queue": "q", "dest-uri": uri, "dest-queue": "r" })).toBe(
            `queue "q" ${place} -> queue "r" ${place}`,
        );
    });

    it.each([
        ["/queues/a%2Fb", 'queue "a/b" in vhost "/"'],
        ["/exchanges/e/k", 'exchange "e" with binding key "k" in vhost "/"'],
        ["/exchanges/e", 'exchange "e" in vhost "/"'],
        ["/queue/q", 'queue "q" in vhost "/"'],
        ["/amq/queue/q", 'queue "q" in vhost "/"'],
        ["/exchange/e/k", 'exchange "e" with binding key "k" in vhost "/"'],
        ["/topic/k", 'exchange "amq.topic" with binding key "k" in vhost "/"'],
        ["q", 'queue "q" in vhost "/"'],
        ["/other/q", unknown],
        ["", unknown],
        [undefined, unknown],
    ])("with the AMQP 1.0 address %j are %s", (address, source) => {
        expect(
            ends({
                "src-protocol": "amqp10",
                "src-uri": "amqp://localhost",
                ...(address !== undefined && { "src-address": address }),
                "dest-uri": "amqp://far",
                "dest-exchange": "x",
            }),
        ).toBe(`${source} -> exchange "x" at amqp://far`);
    });

    it.each(["text", null, 5, true, []])("are unknown where the value is %j", (value) => {
        expect(ends(value)).toBeUndefined();
    });
});

describe("a shovel", () => {
    it.each([
        [{}, { ackMode: "on-confirm", reconnectDelay: 5 }],
        [
            { "ack-mode": "no-ack", "reconnect-delay": 0 },
            { ackMode: "no-ack", reconnectDelay: 0 },
        ],
        [{ "src-delete-after": "never" }, { ackMode: "on-confirm", reconnectDelay: 5 }],
        [{ "delete-after": 7 }, { ackMode: "on-confirm", reconnectDelay: 5, deleteAfter: 7 }],
        [
            { "src-delete-after": "queue-length" },
            { ackMode: "on-confirm", reconnectDelay: 5, deleteAfter: "queue-length" },
        ],
    ])("with %j is %j", (value, expected) => {
        const shovel = shovelOf({ vhost: "shop", component: "shovel", name: "s", value });
        const { ackMode, reconnectDelay, deleteAfter } = shovel ?? {};
        expect({ ackMode, reconnectDelay, ...(deleteAfter !== undefined && { deleteAfter }) }).toEqual(
            expected,
        );
    });
});
