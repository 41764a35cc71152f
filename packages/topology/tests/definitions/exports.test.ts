import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import { documentOf } from "../../src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../src/definitions/parseDefinitions.ts";
import { importVerdict } from "../../src/import/importVerdict.ts";
import { builtInExchanges } from "../../src/model/builtInExchange.ts";
import type { Topology } from "../../src/model/index.ts";
import { router } from "../../src/routing/routing.ts";

const vhost = "shop";

function bindingTo(destination: string, source = "amq.topic"): object {
    return { vhost, source, destination, destination_type: "queue", routing_key: "a.b", arguments: {} };
}

function queueOf(type: string | undefined, rest: object = {}): object {
    return {
        vhost,
        name: "orders",
        durable: true,
        auto_delete: false,
        arguments: type === undefined ? {} : { "x-queue-type": type },
        ...rest,
    };
}

function exported(lists: object): object {
    return { rabbit_version: "4.3.6", vhosts: [{ name: vhost }], ...lists };
}

/** Errors and warnings, and what an import of the file reports. */
function statements(lists: object, isLive = false): readonly string[] {
    const document = documentOf(exported(lists));
    const { topology, problems } = parseDefinitions(document, { isLive });
    const imports = isLive ? [] : importVerdict(document, "4.3").problems;
    return [...check(topology), ...problems, ...imports].flatMap(({ rule, severity, place, message }) =>
        severity === "note" && rule !== "contradictoryType" && rule !== "conditionalImport"
            ? []
            : [`${severity} ${rule} ${place}: ${message}`],
    );
}

function topologyOf(lists: object): Topology {
    return parseDefinitions(documentOf(exported(lists))).topology;
}

describe("the binding of an exclusive queue", () => {
    it.each(["amq.gen-pOJHQkjRju27uytDDy_7Dw", "mqtt-subscription-meter-7qos0", "worker.reply"])(
        "to %s has no finding about a live broker, which exports no such queue",
        (name) => {
            expect(statements({ queues: [], bindings: [bindingTo(name)] }, true)).toEqual([]);
        },
    );

    it("is an error of a file, whose import the broker refuses", () => {
        expect(statements({ queues: [], bindings: [bindingTo("amq.gen-pOJHQkjRju27")] })).toEqual([
            'error refusedImport bindings[0]: queue "amq.gen-pOJHQkjRju27" does not exist',
        ]);
    });

    it("is not taken for one in a file where the name may be misspelt", () => {
        const lists = { queues: [queueOf("quorum")], bindings: [bindingTo("ordres")] };
        expect(topologyOf(lists).exclusiveQueues).toBeUndefined();
        expect(statements(lists)).toEqual([
            'error danglingReference vhost "shop": binding "amq.topic -> ordres (a.b)": destination "ordres" does not exist',
            'error refusedImport bindings[0]: queue "ordres" does not exist',
        ]);
    });
});

describe("an exchange that brokers declare themselves", () => {
    it.each([...builtInExchanges])("has no finding where a file lists it as it is: %j", (name, { type }) => {
        const exchange = {
            vhost,
            name,
            type,
            durable: true,
            auto_delete: false,
            internal: false,
            arguments: {},
        };
        expect(statements({ exchanges: [exchange] })).toEqual([]);
        expect(topologyOf({ exchanges: [exchange] }).exchanges).toEqual([]);
    });

    it("keeps its type if a file gives it another one", () => {
        const exchange = { vhost, name: "amq.topic", type: "direct", durable: true, auto_delete: false };
        const lists = {
            exchanges: [exchange],
            queues: [queueOf("quorum")],
            bindings: [{ ...bindingTo("orders"), routing_key: "a.#" }],
        };
        expect(router(topologyOf(lists))({ vhost, exchange: "amq.topic", routingKey: "a.b" })).toEqual([
            "orders",
        ]);
        expect(statements(lists)).toEqual([
            'note contradictoryType exchanges[0] "amq.topic": "type" is "direct", but the broker has this exchange already; it stays a topic exchange',
        ]);
    });
});

describe("the default queue type of a virtual host", () => {
    it.each([
        ["a durable queue", {}, "quorum"],
        ["a queue that deletes itself", { auto_delete: true }, "classic"],
        ["a transient queue", { durable: false }, "classic"],
        ["a queue with a type of its own", { arguments: { "x-queue-type": "stream" } }, "stream"],
    ])("determines the type of %s: %j", (_, rest, type) => {
        for (const vhosts of [
            [{ name: vhost, default_queue_type: "quorum" }],
            [{ name: vhost, metadata: { default_queue_type: "quorum" } }],
            [{ name: vhost, default_queue_type: "rabbit_quorum_queue" }],
        ]) {
            expect(topologyOf({ vhosts, queues: [queueOf(undefined, rest)] }).queues[0]?.type).toBe(type);
        }
    });
});

describe("the limit of queues", () => {
    const limits = (maximum: number): object => ({
        vhost,
        component: "vhost-limits",
        name: "limits",
        value: { "max-queues": maximum },
    });

    it.each([
        [2, []],
        [
            1,
            [
                'warning exceededLimit virtual host "shop": has "max-queues" 1, but needs 2: one for each declared queue; an import creates them all, but then clients cannot declare another one',
            ],
        ],
        [-1, []],
    ])("of %i concerns clients, not an import of two queues", (maximum, expected) => {
        const queues = [queueOf("quorum"), queueOf("quorum", { name: "mails" })];
        expect(statements({ queues, parameters: [limits(maximum)] })).toEqual(expected);
    });
});

describe("a part of a broker's definitions", () => {
    const permission = { vhost: "/", user: "guest", configure: "^$", write: "^$", read: "^$" };

    it.each([
        [
            "without users",
            { rabbit_version: "4.3.6", vhosts: [{ name: "/" }], permissions: [permission] },
            ['user "guest" is not in the file; refused unless user "guest" exists on the broker'],
        ],
        [
            "without virtual hosts",
            { rabbit_version: "4.3.6", queues: [{ ...queueOf("quorum"), vhost: "team" }] },
            [
                'virtual host "team" is not in the file; refused unless virtual host "team" exists on the broker',
            ],
        ],
    ])("%s needs the rest on the broker, without an error", (_, file, conditions) => {
        const document = documentOf(file);
        const { topology, problems } = parseDefinitions(document);
        const { outcome, problems: imports } = importVerdict(document, "4.3");
        expect([...problems, ...imports].filter(({ severity }) => severity === "error")).toEqual([]);
        expect([outcome, imports.map(({ message }) => message)]).toEqual(["conditional", conditions]);
        expect(check(topology).filter(({ severity }) => severity === "error")).toEqual([]);
    });
});

describe("the part of one virtual host", () => {
    const lazy = queueOf("quorum", {
        name: "lazy",
        arguments: { "x-queue-type": "quorum", "x-queue-mode": "lazy" },
    });
    const file = {
        rabbit_version: "4.3.6",
        vhosts: [{ name: vhost }, { name: "other" }],
        queues: [lazy, { ...queueOf("quorum"), vhost: "other" }, { ...lazy, vhost: "other", name: "slow" }],
        bindings: [
            { ...bindingTo("orders"), vhost: "other" },
            { ...bindingTo("slow"), vhost: "other" },
        ],
    };

    it.each([
        [vhost, ['queues[0] "lazy"']],
        ["other", ['queues[2] "slow"']],
        ["third", []],
    ])("of %s has a verdict of its own, with the places in the whole file", (part, places) => {
        const verdict = importVerdict(documentOf(file), "4.3", part);
        expect(verdict.vhost).toBe(part);
        expect(verdict.outcome).toBe(places.length === 0 ? "accepted" : "refused");
        expect(verdict.problems.map(({ place }) => place)).toEqual(places);
    });
});
