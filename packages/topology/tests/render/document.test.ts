import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleProdTopology, sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { found } from "../../../../tests/unit/found.ts";
import { type ArgumentValue, brokerVersions, queue, type Topology } from "../../src/model/index.ts";
import { renderDocument } from "../../src/render/document/document.ts";
import { anyTopology } from "../review/anyTopology.ts";
import { topologyOf } from "../routing/topologies.ts";

function documentOf(topology: Topology): string {
    return renderDocument({ format: 1, stack: "dev", topology });
}

/** The cells of the first row that begins with a name, by the head of their column. */
function rowOf(text: string, name: string): Readonly<Record<string, string>> {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith(`| \`${name}\` |`));
    const row = cellsOf(found(lines[at], name));
    const head = cellsOf(
        found(
            lines
                .slice(0, at)
                .findLast(
                    (line) => line.startsWith("| ") && !lines[lines.indexOf(line) - 1]?.startsWith("|"),
                ),
            "head",
        ),
    );
    return Object.fromEntries(head.map((key, column) => [key, row[column] ?? ""]));
}

function cellsOf(line: string): readonly string[] {
    return line
        .split("|")
        .slice(1, -1)
        .map((each) => each.trim());
}

describe("the document", () => {
    it.each(brokerVersions)("of the dev stack on %s names every object", (version) => {
        const topology = sampleTopology(version);
        const text = documentOf(topology);
        const names = [
            ...topology.exchanges,
            ...topology.queues,
            ...topology.policies,
            ...topology.users,
        ].map(({ name }) => name);
        expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
    });

    it("shows the facts of a work queue", () => {
        const row = rowOf(documentOf(sampleTopology("4.3")), "analyzer-orchestrator");
        expect(row).toEqual({
            queue: "`analyzer-orchestrator`",
            kind: "quorum, work",
            limit: "50,000 messages, 2 GiB; then rejects new messages",
            TTL: "2 minutes",
            attempts: "5 attempts, after 2, 4, 6, 8 seconds",
            "dead letters": "`spot.dead-letter` → `analyzer-orchestrator.dlq`",
            priorities: "urgent (8) before normal (4)",
            "consumer timeout": "2 minutes",
        });
    });

    it.each([
        ["4.0", { retryAttempts: "3", retryDelay: "1 minute" }, "3 attempts, after 1, 2 minutes"],
        ["4.3", { retryAttempts: "3", retryDelay: "1 minute" }, "3 attempts, after 1, 2 minutes"],
        [
            "4.3",
            { retryAttempts: "8", retryDelay: "30 seconds" },
            "8 attempts, after 30 seconds, 1 minute, 90 seconds, 2 minutes … 210 seconds",
        ],
        [
            "4.0",
            { retryAttempts: "8", retryDelay: "30 seconds" },
            "8 attempts, after 30 seconds, 1 minute, 90 seconds, 2 minutes … 210 seconds",
        ],
    ] as const)(
        "shows the same retry delays on %s for each kind of retry: %o",
        (version, overrides, words) => {
            const row = rowOf(documentOf(sampleTopology(version, overrides)), "result-processor");
            expect(row["attempts"]).toBe(words);
        },
    );

    it.each([
        [{}, "–", "–"],
        [{ "max-length": 5 }, "5 messages; then drops the oldest", "–"],
        [
            { "max-length-bytes": 1_048_576, overflow: "reject-publish" },
            "1 MiB; then rejects new messages",
            "–",
        ],
        [
            { "max-length": 1, overflow: "drop-head", "dead-letter-exchange": "missing" },
            "1 message; then dead-letters the oldest",
            "`missing` → nowhere",
        ],
        [
            {
                "max-length": 1,
                overflow: "reject-publish-dlx",
                "dead-letter-exchange": "",
                "dead-letter-routing-key": "other",
            },
            "1 message; then rejects and dead-letters new messages",
            "default exchange → `other`",
        ],
    ] satisfies [Record<string, ArgumentValue>, string, string][])(
        "tells how full a queue may be and what happens then: %o",
        (definition, bound, deadLetters) => {
            const text = documentOf(
                topologyOf({
                    queues: [
                        queue("v", "other", "stream", { arguments: { "x-max-length-bytes": 1 } }),
                        queue("v", "q", "classic", { arguments: { "x-max-priority": 4 } }),
                    ],
                    policies: [
                        {
                            vhost: "v",
                            name: "p",
                            pattern: "^q$",
                            applyTo: "queues",
                            precedence: 0,
                            definition,
                        },
                    ],
                }),
            );
            const row = rowOf(text, "q");
            expect([row["limit"], row["dead letters"] ?? "–", row["priorities"]]).toEqual([
                bound,
                deadLetters,
                "0 to 4",
            ]);
        },
    );

    it("tells that prod's queues are protected", () => {
        const topology = sampleProdTopology();
        expect(rowOf(documentOf(topology), "result-processor")["kind"]).toBe("quorum, work, protected");
    });

    it("shows that a message reaches no queue", () => {
        const topology = sampleTopology("4.3");
        const unbound = {
            ...topology,
            bindings: topology.bindings.filter(({ source }) => source !== "spot.rpc"),
        };
        expect(documentOf(unbound)).toContain(
            "| `spot.rpc` | `analysis.submit` | request, waits 5 seconds for the reply | **none** |",
        );
    });

    it("of any topology keeps its tables whole, and no name gets out of its cell", () => {
        fc.assert(
            fc.property(anyTopology, (topology) => {
                const text = documentOf(topology);
                const outside = text.replace(/```mermaid\n[\s\S]*?\n```/gu, "").split("\n");
                let width = 0;
                for (const line of outside) {
                    if (!line.startsWith("|")) {
                        width = 0;
                        continue;
                    }
                    const cells = line.split("|").length;
                    width = width === 0 ? cells : width;
                    expect(cells, line).toBe(width);
                }
                // Code is literal; what is left of a line has no other tag than ours.
                const tags = outside.flatMap(
                    (line) => line.replace(/`[^`]*`/gu, "").match(/<[^>]*>?/gu) ?? [],
                );
                expect(tags.filter((tag) => !/^<(?:\/?(?:details|summary|code)|w?br)>$/u.test(tag))).toEqual(
                    [],
                );
            }),
            { numRuns: 40 },
        );
    }, 60_000);

    it("of an empty topology is short and without empty tables", () => {
        expect(documentOf(topologyOf({}))).toBe(`# Topology of stack \`dev\`

Generated from \`topology/dev.json\`; \`topology snapshot\` writes both.

RabbitMQ 4.3 · virtual host \`v\` · 0 exchanges · 0 queues · 0 bindings · 0 policies · 0 users · 0 services

[![The whole topology as a picture](dev.svg)](dev.svg)

## Exchanges

## Queues

## Messages and their routes

The topology declares no publishers.

## Permissions

## Policies

None.

## Pictures

Solid arrows: the normal route of messages. Dashed arrows: dead letters, retries, unroutable messages, and services that only read.
`);
    });
});
