import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { brokerVersions, exchange, queue, type Topology } from "../../src/model/index.ts";
import { type Graph, graphOf } from "../../src/render/graph/graph.ts";
import { type Mark, markKey } from "../../src/render/graph/mark.ts";
import { renderSvg } from "../../src/render/graph/svg.ts";
import { anyTopology } from "../review/anyTopology.ts";
import { topologyOf } from "../routing/topologies.ts";

/** The texts of a picture; throws if it is not well-formed XML. Nothing here proves that it looks good. */
function textsOf(svg: string): readonly string[] {
    const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
    return [...document.querySelectorAll("text")].map(({ textContent }) => textContent.trim());
}

function elementsOf(svg: string): readonly string[] {
    const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
    return [...new Set([...document.querySelectorAll("*")].map(({ tagName }) => tagName))].sort();
}

function pictureOf(topology: Topology): Promise<string> {
    return renderSvg(graphOf(topology), "it");
}

describe("the picture", () => {
    it.each(brokerVersions)(
        "of the dev stack on %s names every exchange, queue and service",
        async (version) => {
            const topology = sampleTopology(version);
            const texts = new Set(textsOf(await pictureOf(topology)));
            const names = [...topology.exchanges, ...topology.queues, ...topology.services].map(
                ({ name }) => name,
            );
            // Monitoring sends and receives nothing.
            expect(names.filter((name) => !texts.has(name))).toEqual(["monitoring"]);
        },
    );

    it("has the same bytes each time, also after other pictures", async () => {
        const first = await pictureOf(sampleTopology("4.3"));
        await pictureOf(sampleTopology("4.0"));
        expect(await pictureOf(sampleTopology("4.3"))).toBe(first);
    });

    it("has a title for those who do not see it, a ground of its own, and colours for light and dark", async () => {
        const svg = await renderSvg(graphOf(sampleTopology("4.3")), 'Topology of "<dev>"');
        expect(svg).toContain('role="img" aria-label="Topology of &quot;&lt;dev&gt;&quot;"');
        expect(svg).toContain("<title>Topology of &quot;&lt;dev&gt;&quot;</title>");
        expect(svg).toContain('<rect class="ground"');
        expect(svg).toContain("@media (prefers-color-scheme: dark)");
    });

    it("of any topology is well-formed and only draws", async () => {
        await fc.assert(
            fc.asyncProperty(anyTopology, fc.string({ unit: "binary" }), async (topology, title) => {
                const drawing = [
                    "ellipse",
                    "g",
                    "path",
                    "polygon",
                    "polyline",
                    "rect",
                    "style",
                    "svg",
                    "text",
                    "title",
                ];
                const elements = elementsOf(await renderSvg(graphOf(topology), title));
                expect(elements.filter((each) => !drawing.includes(each))).toEqual([]);
            }),
            { numRuns: 20, endOnFailure: true },
        );
    }, 60_000);

    it("shows names as they are, however they look to a program", async () => {
        const names = ["\\N \\G", "<b>&amp;</b>", "{a|b}", 'a"b', "a--b", "]]>", "</svg><script>"];
        const svg = await pictureOf(topologyOf({ queues: names.map((name) => queue("v", name, "classic")) }));
        expect(
            textsOf(svg)
                .filter((each) => !each.startsWith("classic"))
                .sort(),
        ).toEqual([...names].sort());
    });

    it("marks what changed by signs and lines", async () => {
        const queues = (["added", "removed", "changed", "replaced"] as const).map(
            (mark) => [mark, queue("v", mark, "quorum")] as const,
        );
        const marks = new Map<string, Mark>(queues.map(([mark, each]) => [markKey("queues", each), mark]));
        const graph = graphOf(topologyOf({ queues: queues.map(([, each]) => each) }), marks);
        const svg = await renderSvg(graph, "it");
        expect(
            textsOf(svg)
                .filter((each) => !each.startsWith("quorum"))
                .sort(),
        ).toEqual(["+ added", "~ changed", "− removed", "⟳ replaced"]);
        expect(svg.match(/stroke-width="3"/gu)).toHaveLength(1);
        expect(svg.match(/stroke-dasharray="5,2"/gu)).toHaveLength(1);
        // A replaced object has a double border.
        expect(svg.match(/<polygon/gu)).toHaveLength(5);
    });

    it("shows exchanges that every broker has and no topology declares", async () => {
        const bindings = [{ ...binding, source: "amq.topic" }];
        const texts = textsOf(
            await pictureOf(topologyOf({ queues: [queue("v", "q", "classic")], bindings })),
        );
        expect(texts).toContain("amq.topic");
        expect(texts).toContain("not declared here");
    });

    it("is replaced by two sentences if it is too large to read", async () => {
        const graph: Graph = graphOf(
            topologyOf({
                exchanges: Array.from({ length: 601 }, (_, index) => exchange("v", `e${index}`, "fanout")),
            }),
        );
        expect(textsOf(await renderSvg(graph, "it"))).toEqual([
            "601 objects and 0 arrows are too many for one picture;",
            "see the tables of the document.",
        ]);
    });
});

const binding = {
    vhost: "v",
    source: "",
    destination: "q",
    destinationType: "queue",
    routingKey: "k",
    arguments: {},
} as const;
