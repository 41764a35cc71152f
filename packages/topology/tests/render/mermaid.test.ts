import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { found } from "../../../../tests/unit/found.ts";
import { binding, brokerVersions, exchange, queue, service } from "../../src/model/index.ts";
import { contextsOf } from "../../src/render/context.ts";
import { around, type Graph, graphOf } from "../../src/render/graph/graph.ts";
import { type Mark, markKey } from "../../src/render/graph/mark.ts";
import { escapeMermaid, mermaidLimits, renderMermaid } from "../../src/render/graph/mermaid.ts";
import { anyName } from "../review/anyTopology.ts";
import { topologyOf } from "../routing/topologies.ts";
import { parseMermaid } from "./mermaidParser.ts";

const marks = ["added", "removed", "changed", "replaced"] as const;

/** What Mermaid itself understood; it throws where it understands nothing. That it is drawn well is not proved here. */
function parse(graph: Graph): Promise<string> {
    return parseMermaid(found(renderMermaid(graph), "a diagram that is small enough"));
}

describe("a Mermaid diagram", () => {
    it.each(brokerVersions)(
        "of each exchange of the dev stack on %s is understood by Mermaid",
        async (version) => {
            const contexts = contextsOf(graphOf(sampleTopology(version)));
            expect(contexts.length).toBe(8);
            for (const { graph } of contexts) {
                expect(await parse(graph)).toBe("flowchart-v2");
            }
        },
    );

    it("of any names and marks is understood by Mermaid", async () => {
        // Few objects: Mermaid takes seconds for a hundred.
        const marked = fc.array(fc.tuple(anyName, fc.constantFrom<Mark | undefined>(...marks, undefined)), {
            minLength: 1,
            maxLength: 4,
        });
        await fc.assert(
            fc.asyncProperty(anyName, marked, async (source, targets) => {
                const topology = topologyOf({
                    exchanges: [exchange("v", source, "topic")],
                    queues: targets.map(([name]) => queue("v", name, "quorum")),
                    bindings: targets.map(([name]) => binding("v", source, name, name)),
                });
                const given = new Map(
                    targets.flatMap(([, mark], index) =>
                        mark === undefined
                            ? []
                            : [
                                  [markKey("queues", found(topology.queues[index], "queue")), mark] as const,
                                  [
                                      markKey("bindings", found(topology.bindings[index], "binding")),
                                      mark,
                                  ] as const,
                              ],
                    ),
                );
                expect(await parse(graphOf(topology, given))).toBe("flowchart-v2");
            }),
            { numRuns: 50, endOnFailure: true },
        );
    }, 60_000);

    it("has only letters, digits, harmless punctuation and entity codes in its labels", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (text) => {
                expect(escapeMermaid(text)).toMatch(/^(?:[\p{L}\p{N} .,/()=…→−⟳-]|#\d+;)*$/u);
                expect(escapeMermaid(text)).not.toMatch(/^(?:\d+[.)]|-)/u);
            }),
        );
    });

    it("marks what changed by signs and lines", () => {
        const kept = binding("v", "in", "kept", "k");
        const topology = topologyOf({
            exchanges: [exchange("v", "in", "topic")],
            queues: ["deleted", "kept", "new", "other"].map((name) => queue("v", name, "quorum")),
            bindings: [kept, binding("v", "in", "kept", "l"), binding("v", "in", "new", "n")],
            services: [
                service("v", "s", {
                    publishes: [
                        {
                            message: "m",
                            exchange: "in",
                            routingKey: "k",
                            persistent: true,
                            mandatory: true,
                            urgency: false,
                        },
                    ],
                }),
            ],
        });
        const [, , made] = topology.bindings;
        const [deleted, , added, other] = topology.queues;
        const marks = new Map<string, Mark>([
            [markKey("queues", found(deleted, "deleted")), "removed"],
            [markKey("queues", found(added, "new")), "added"],
            [markKey("queues", found(other, "other")), "replaced"],
            [markKey("bindings", kept), "removed"],
            [markKey("bindings", found(made, "binding to new")), "added"],
        ]);
        expect(renderMermaid(graphOf(topology, marks))).toBe(`flowchart LR
    n0(["s"])
    n1{{"in<br/>topic"}}
    n2["− deleted<br/>quorum"]
    n3["kept<br/>quorum"]
    n4["#43; new<br/>quorum"]
    n5["⟳ other<br/>quorum"]
    n1 -->|"− k<br/>l"| n3
    n1 -->|"#43; n"| n4
    n0 -->|"k"| n1
    classDef added stroke-width:3px
    class n4 added
    classDef removed stroke-dasharray:6 4
    class n2 removed
    classDef replaced stroke-width:3px,stroke-dasharray:2 2
    class n5 replaced
    linkStyle 0 stroke-width:2px
    linkStyle 1 stroke-width:3px
`);
    });

    it("is not made where code hosts would show an error instead", () => {
        const star = (queues: number, name = "q"): Graph =>
            graphOf(
                topologyOf({
                    exchanges: [exchange("v", "in", "fanout")],
                    queues: Array.from({ length: queues }, (_, index) =>
                        queue("v", `${name}${index}`, "classic"),
                    ),
                }),
            );
        expect(renderMermaid(star(mermaidLimits.nodes - 1))).toBeDefined();
        expect(renderMermaid(star(mermaidLimits.nodes))).toBeUndefined();
        expect(renderMermaid(star(100, "n".repeat(250)))).toBeDefined();
        expect(renderMermaid(star(100, "n".repeat(300)))).toBeUndefined();
    });
});

describe("the surroundings of a node", () => {
    it("reach one step, with every arrow that begins or ends at it", () => {
        const graph = around(
            graphOf(sampleTopology("4.3")),
            ({ kind, name }) => kind === "queue" && name === "unrouted",
        );
        expect(graph.nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
            "exchange spot.unrouted",
            "queue unrouted",
            "receiver operator",
        ]);
        expect(graph.edges.map(({ kind }) => kind)).toEqual(["binding", "inspection"]);
    });
});
