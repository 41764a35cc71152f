import { describe, expect, it } from "vitest";
import {
    binding,
    exchange,
    linkComponents,
    type Parameter,
    queue,
    type Topology,
} from "../../src/model/index.ts";
import { type Transfer, transfers } from "../../src/routing/transfers.ts";
import { topologyOf } from "./topologies.ts";

function shovel(name: string, value: Parameter["value"], vhost = "/"): Parameter {
    return { vhost, component: linkComponents.shovel, name, value };
}

/** Where each shovel takes a message with the key "k" that is published to exchange "in" of virtual host "/". */
function moved(...parameters: readonly Parameter[]): readonly string[] {
    const topology: Topology = topologyOf({
        vhosts: [{ name: "/" }, { name: "v" }],
        exchanges: [
            exchange("/", "in", "topic"),
            exchange("/", "next", "direct"),
            exchange("v", "in", "topic"),
        ],
        queues: [queue("/", "q", "classic"), queue("/", "r", "classic"), queue("v", "s", "classic")],
        bindings: [
            binding("/", "in", "q", "k"),
            binding("/", "next", "r", "k"),
            binding("v", "in", "s", "#"),
        ],
        parameters,
    });
    return transfers(topology)({ vhost: "/", exchange: "in", routingKey: "k" }).map(line);
}

function line({ shovel: { name }, from, broker, to, queues }: Transfer): string {
    const place = broker ?? to?.vhost ?? "";
    const address = to === undefined ? "" : ` [${to.exchange}|${to.routingKey}]`;
    return `${name}: ${from.kind} ${from.name} -> ${place}${address}${queues === undefined ? "" : ` ${queues.join(" ") || "nowhere"}`}`;
}

const here = "amqp://";
const far = "amqps://far.example.com";

describe("a message that shovels move", () => {
    it.each<readonly [string, readonly Parameter[], readonly string[]]>([
        ["stays without shovels", [], []],
        [
            "goes to a queue",
            [shovel("a", { "src-uri": here, "src-queue": "q", "dest-uri": here, "dest-queue": "r" })],
            ["a: queue q -> / [|r] r"],
        ],
        [
            "goes to a queue that the shovel declares",
            [shovel("a", { "src-uri": here, "src-queue": "q", "dest-uri": here, "dest-queue": "new" })],
            ["a: queue q -> / [|new] new"],
        ],
        [
            "goes nowhere to a predeclared queue that is not there",
            [
                shovel("a", {
                    "src-uri": here,
                    "src-queue": "q",
                    "dest-uri": here,
                    "dest-queue": "new",
                    "dest-predeclared": true,
                }),
            ],
            ["a: queue q -> / [|new] nowhere"],
        ],
        [
            "keeps its key at a destination exchange",
            [shovel("a", { "src-uri": here, "src-queue": "q", "dest-uri": here, "dest-exchange": "next" })],
            ["a: queue q -> / [next|k] r"],
        ],
        [
            "gets another key at a destination exchange",
            [
                shovel("a", {
                    "src-uri": here,
                    "src-queue": "q",
                    "dest-uri": here,
                    "dest-exchange": "next",
                    "dest-exchange-key": "other",
                }),
            ],
            ["a: queue q -> / [next|other] nowhere"],
        ],
        [
            "keeps exchange and key without a destination",
            [shovel("a", { "src-uri": here, "src-queue": "q", "dest-uri": "amqp:///v" }, "v")],
            ["a: queue q -> v [in|k] s"],
        ],
        [
            "is taken from an exchange by a key that matches",
            [
                shovel("a", {
                    "src-uri": here,
                    "src-exchange": "in",
                    "src-exchange-key": "*",
                    "dest-uri": far,
                    "dest-queue": "x",
                }),
                shovel("b", {
                    "src-uri": here,
                    "src-exchange": "in",
                    "src-exchange-key": "other",
                    "dest-uri": far,
                    "dest-queue": "x",
                }),
            ],
            [`a: exchange in -> ${far} [|x]`],
        ],
        [
            "goes on through several shovels, also of other virtual hosts and protocols",
            [
                shovel("a", {
                    "src-uri": here,
                    "src-queue": "q",
                    "dest-uri": "amqp:///v",
                    "dest-exchange": "in",
                }),
                shovel(
                    "b",
                    {
                        "src-protocol": "amqp10",
                        "src-uri": "amqp://localhost?hostname=vhost:v",
                        "src-address": "/queues/s",
                        "dest-protocol": "local",
                        "dest-uri": here,
                        "dest-queue": "r",
                    },
                    "v",
                ),
                shovel("c", {
                    "src-uri": "amqp://localhost/%2F",
                    "src-queue": "r",
                    "dest-uri": far,
                    "dest-exchange": "x",
                }),
            ],
            ["a: queue q -> v [in|k] s", "b: queue s -> / [|r] r", `c: queue r -> ${far} [x|r]`],
        ],
        [
            "ends where shovels go in a circle",
            [
                shovel("a", { "src-uri": here, "src-queue": "q", "dest-uri": here, "dest-queue": "r" }),
                shovel("b", { "src-uri": here, "src-queue": "r", "dest-uri": here, "dest-queue": "q" }),
            ],
            ["a: queue q -> / [|r] r", "b: queue r -> / [|q] q"],
        ],
        [
            "is not taken from the virtual host of the shovel if the URI names none",
            [shovel("a", { "src-uri": here, "src-queue": "s", "dest-uri": far, "dest-queue": "x" }, "v")],
            [],
        ],
        [
            "is not taken by a parameter that is not a shovel",
            [shovel("a", "text"), { vhost: "/", component: "own", name: "b", value: { "src-queue": "q" } }],
            [],
        ],
    ])("%s", (_, parameters, expected) => {
        expect(moved(...parameters)).toEqual(expected);
    });
});
