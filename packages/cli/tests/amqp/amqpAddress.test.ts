import { managementApi } from "@spot-messaging/management";
import { describe, expect, it } from "vitest";
import { amqpAddressOf, amqpUrl } from "../../src/amqp/amqpAddress.ts";

function api(endpoint: string, listeners?: readonly { readonly protocol: string; readonly port: number }[]) {
    const overview = {
        rabbitmq_version: "4.3.6",
        erlang_version: "28",
        cluster_name: "c",
        node: "n",
        listeners,
    };
    return {
        ...managementApi({ endpoint, username: "admin", password: "secret" }),
        overview: () => Promise.resolve(overview),
    };
}

const both = [
    { protocol: "clustering", port: 25672 },
    { protocol: "amqp", port: 5700 },
    { protocol: "amqp/ssl", port: 5701 },
];

describe("the AMQP address of a broker", () => {
    it.each([
        ["the plain port of a plain API", api("http://rabbit:15672", both), undefined, "amqp://rabbit:5700"],
        [
            "the port with TLS of an API with TLS",
            api("https://rabbit:15671", both),
            undefined,
            "amqps://rabbit:5701",
        ],
        ["the only port there is", api("http://rabbit", both.slice(2)), undefined, "amqps://rabbit:5701"],
        [
            "the standard port if the user sees none",
            api("http://rabbit:15672"),
            undefined,
            "amqp://rabbit:5672",
        ],
        ["the standard port with TLS as well", api("https://rabbit"), undefined, "amqps://rabbit:5671"],
        ["an IPv6 address", api("http://[::1]:15672", both), undefined, "amqp://[::1]:5700"],
        ["that of --amqp", api("http://rabbit:15672", both), "amqps://other", "amqps://other:5671"],
        ["the port of --amqp", api("http://rabbit:15672", both), "amqp://other:1234", "amqp://other:1234"],
    ])("is %s", async (_name, broker, given, expected) => {
        expect(amqpUrl(await amqpAddressOf(broker, given))).toBe(expected);
    });

    it.each([
        ["http://rabbit", "--amqp is not an AMQP URL; write it as amqps://broker.example.com:5671"],
        ["rabbit:5672", "--amqp is not an AMQP URL; write it as amqps://broker.example.com:5671"],
        [
            "amqp://guest:guest@rabbit",
            "--amqp contains credentials; leave them out: the user of --broker and its password are used",
        ],
    ])("refuses %s", async (given, message) => {
        await expect(amqpAddressOf(api("http://rabbit"), given)).rejects.toThrow(message);
    });

    it("is not one without TLS if the API has TLS", async () => {
        await expect(amqpAddressOf(api("https://rabbit", both.slice(0, 2)))).rejects.toThrow(
            'broker "https://rabbit": accepts AMQP only without TLS, which would send the password in clear text; to accept that, name the listener with --amqp amqp://rabbit:5700',
        );
    });
});
