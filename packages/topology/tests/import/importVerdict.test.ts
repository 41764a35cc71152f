import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/definitions/jsonDocument.ts";
import { importVerdict } from "../../src/import/importVerdict.ts";
import type { BrokerVersion } from "../../src/model/index.ts";
import { importCases } from "./cases.ts";

function statements(file: object, version: BrokerVersion, written: string): readonly string[] {
    const text = JSON.stringify({ rabbit_version: written, vhosts: [{ name: "shop" }], ...file });
    return importVerdict(parseJson(text), version).problems.map(
        ({ rule, place, message }) => `${rule} ${place}: ${message}`,
    );
}

describe.each([
    ["4.3", "4.3.6"],
    ["4.0", "4.0.5"],
] as const)("an import into RabbitMQ %s", (version, newest) => {
    it.each(importCases.filter(({ only = version }) => only === version))(
        "gives the verdict of the broker on $title",
        ({ file, says, saysOn40, written = newest }) => {
            expect(statements(file, version, written)).toEqual(version === "4.0" ? (saysOn40 ?? says) : says);
        },
    );
});

describe("the export of one virtual host", () => {
    const exported = {
        rabbit_version: "4.3.6",
        rabbitmq_definition_format: "single_virtual_host",
        original_vhost_name: "shop",
        exchanges: [{ name: "events", type: "topic", durable: true, auto_delete: false, arguments: {} }],
        queues: [
            { name: "orders", durable: true, auto_delete: false, arguments: { "x-queue-type": "quorum" } },
        ],
        bindings: [
            {
                source: "events",
                destination: "orders",
                destination_type: "queue",
                routing_key: "#",
                arguments: {},
            },
        ],
    };

    it("is imported into one, where its objects need not name theirs", () => {
        expect(importVerdict(parseJson(JSON.stringify(exported)), "4.3")).toEqual({
            version: "4.3.6",
            vhost: "shop",
            evidence: "broker",
            outcome: "accepted",
            problems: [],
        });
    });

    it("is refused where it breaks a rule of bindings", () => {
        const [binding] = exported.bindings;
        const text = JSON.stringify({ ...exported, bindings: [{ ...binding, destination: "order" }] });
        const { outcome, problems } = importVerdict(parseJson(text), "4.3");
        expect(outcome).toBe("refused");
        expect(problems.map(({ message, fix }) => `${message}; ${fix}`)).toEqual([
            'queue "order" does not exist; did you mean "orders"?',
        ]);
    });
});

describe("the verdict", () => {
    it("names the place of the very value", () => {
        const text =
            '{"rabbit_version": "4.3.6", "vhosts": [{"name": "v"}],\n "policies": [{"vhost": "v", "name": "p", "pattern": "",\n  "definition": {"max-length": 5.0}}]}';
        const document = parseJson(text);
        const [problem] = importVerdict(document, "4.3").problems;
        expect(problem?.message).toBe('"max-length" is 5');
        expect(document.positionOf(problem?.path ?? [])).toEqual({ line: 3, column: 18 });
    });

    it("never shows a password or a hash", () => {
        const secret = "s3cr3t-s3cr3t";
        const file = {
            users: [
                { name: "a", password_hash: `(${secret})`, tags: [] },
                { name: "b", password: [secret], tags: [] },
            ],
            parameters: [
                {
                    vhost: "shop",
                    component: "shovel",
                    name: "s",
                    value: {
                        "src-uri": `http://u:${secret}@h`,
                        "src-queue": "q",
                        "dest-uri": [`amqp://u:${secret}@h:x`],
                    },
                },
            ],
        };
        const found = statements(file, "4.3", "4.3.6");
        expect(found.length).toBeGreaterThanOrEqual(4);
        expect(found.join("\n")).not.toContain(secret);
    });

    it.each(["archive", "rates", "shards"])("takes a public broker's definitions: %s", (name) => {
        const text = readFileSync(new URL(`../public/definitions/${name}.json`, import.meta.url), "utf8");
        const { problems } = importVerdict(parseJson(text), "4.3");
        expect(
            problems
                .filter(({ severity }) => severity === "error")
                .map(({ place, message }) => `${place}: ${message}`),
        ).toEqual([]);
    });

    it("refuses what another public broker had before 4.0: priorities of quorum queues, and a TTL of a stream", () => {
        const text = readFileSync(new URL("../public/definitions/areas.json", import.meta.url), "utf8");
        const { outcome, problems } = importVerdict(parseJson(text), "4.3");
        const reasons = problems.map(({ message }) => message);
        expect(outcome).toBe("refused");
        expect([...new Set(reasons)].sort()).toEqual([
            'has "x-max-priority", which a quorum queue of RabbitMQ 4.3 cannot have',
            'has "x-message-ttl", which a stream queue of RabbitMQ 4.3 cannot have',
        ]);
    });
});
