import { describe, expect, it } from "vitest";
import { exchangeTypeSource, exchangeTypes, hasKnownBuild } from "../../src/broker/exchangeTypes.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import {
    type Arguments,
    binding,
    brokerVersions,
    type ExchangeType,
    exchange,
    queue,
} from "../../src/model/index.ts";
import { type RoutedMessage, routes } from "../../src/routing/routing.ts";

const v = "v";

interface Row {
    readonly type: ExchangeType;
    readonly args?: Arguments;
    readonly key?: string;
    readonly headers?: RoutedMessage["headers"];
    /** What a message reaches of `one` (bound with 1), `ab` (a.b) and `star` (a.*). */
    readonly reaches: string;
    readonly choice?: string;
    readonly isUnknown?: true;
}

const all = "ab one star";

/** Each type with a message that shows its routing. */
const rows: readonly Row[] = [
    { type: "direct", key: "a.b", reaches: "ab" },
    { type: "fanout", reaches: all },
    { type: "topic", key: "a.b", reaches: "ab star" },
    { type: "headers", headers: {}, reaches: all },
    {
        type: "x-local-random",
        reaches: all,
        choice: "at random, of the queues on the publisher's node",
    },
    { type: "x-modulus-hash", reaches: all, choice: "by the hash of its routing keys" },
    {
        type: "x-consistent-hash",
        reaches: all,
        choice: "by hash, in proportion to the weights in the binding keys",
    },
    { type: "x-random", reaches: all, choice: "at random" },
    { type: "x-recent-history", reaches: all },
    { type: "x-federation-upstream", reaches: all },
    { type: "x-message-deduplication", reaches: all },
    { type: "x-jms-topic", reaches: all, isUnknown: true },
    { type: "x-rtopic", key: "a.b", reaches: "ab" },
    { type: "x-rtopic", key: "a.#", reaches: "ab star" },
    { type: "x-rtopic", key: "#", reaches: all },
    { type: "x-lvc", key: "a.*", reaches: "star" },
    { type: "x-delayed-message", args: { "x-delayed-type": "topic" }, key: "a.b", reaches: "ab star" },
    { type: "x-delayed-message", args: { "x-delayed-type": "direct" }, key: "a.b", reaches: "ab" },
    {
        type: "x-delayed-message",
        args: { "x-delayed-type": "x-random" },
        reaches: all,
        choice: "at random",
    },
    { type: "x-delayed-message", reaches: all, isUnknown: true },
    { type: "x-own", reaches: all, isUnknown: true },
];

describe("a message to an exchange", () => {
    it.each(rows)("of type $type with $args reaches, with key $key, $reaches", (row) => {
        const { type, args = {}, key = "k", headers, reaches, choice, isUnknown } = row;
        const topology = {
            ...emptyTopology("4.2"),
            vhosts: [{ name: v }],
            exchanges: [exchange(v, "in", type, { arguments: args })],
            queues: ["one", "ab", "star"].map((name) => queue(v, name, "classic")),
            bindings: [
                binding(v, "in", "one", "1"),
                binding(v, "in", "ab", "a.b"),
                binding(v, "in", "star", "a.*"),
            ],
        };
        const routing = routes(topology)({
            vhost: v,
            exchange: "in",
            routingKey: key,
            ...(headers !== undefined && { headers }),
        });
        expect(routing.queues.join(" ")).toBe(reaches);
        expect(routing.choices.map(({ how, to }) => `${how}: ${to.length}`)).toEqual(
            choice === undefined ? [] : [`${choice}: 3`],
        );
        expect(routing.unknown).toEqual(isUnknown === true ? ["in"] : []);
    });

    it("has a row for every known type", () => {
        expect(exchangeTypes.filter((type) => !rows.some((row) => row.type === type))).toEqual([]);
    });

    it("that chooses among one destination has no choice", () => {
        const topology = {
            ...emptyTopology("4.3"),
            exchanges: [exchange(v, "in", "x-random")],
            queues: [queue(v, "q", "classic")],
            bindings: [binding(v, "in", "q", "a"), binding(v, "in", "q", "b")],
        };
        const routing = routes(topology)({ vhost: v, exchange: "in", routingKey: "" });
        expect(routing).toMatchObject({ queues: ["q"], choices: [] });
    });
});

describe("the source of an exchange type", () => {
    it("is, for each version, the broker, a plugin that RabbitMQ ships, or one with or without a known build", () => {
        const places = brokerVersions.map((version) =>
            exchangeTypes.map((type) => {
                const source = exchangeTypeSource(type, version);
                const place =
                    source?.plugin === undefined
                        ? "broker"
                        : source.isShipped
                          ? source.plugin
                          : hasKnownBuild(source, version)
                            ? "build"
                            : "no build";
                return `${type}: ${place}`;
            }),
        );
        const [on40 = [], on41, on42 = [], on43 = []] = places;
        expect(on40).toEqual([
            "direct: broker",
            "fanout: broker",
            "topic: broker",
            "headers: broker",
            "x-local-random: broker",
            "x-modulus-hash: rabbitmq_sharding",
            "x-consistent-hash: rabbitmq_consistent_hash_exchange",
            "x-random: rabbitmq_random_exchange",
            "x-recent-history: rabbitmq_recent_history_exchange",
            "x-jms-topic: rabbitmq_jms_topic_exchange",
            "x-federation-upstream: rabbitmq_federation",
            "x-delayed-message: build",
            "x-message-deduplication: build",
            "x-rtopic: build",
            "x-lvc: no build",
        ]);
        expect(on41).toEqual(on40);
        expect(on42).toEqual(on40);
        expect(on43.filter((each) => !on40.includes(each))).toEqual([
            "x-modulus-hash: broker",
            "x-delayed-message: no build",
            "x-message-deduplication: no build",
            "x-rtopic: no build",
        ]);
    });
});
