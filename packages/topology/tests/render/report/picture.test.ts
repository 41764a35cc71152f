import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { type Topology } from "../../../src/model/index.ts";
import { nodeId } from "../../../src/render/graph/graph.ts";
import { changedGraph } from "../../../src/render/report/changedGraph.ts";
import { changedMermaid, legend, renderChangedSvg } from "../../../src/render/report/picture.ts";
import { reducedGraph } from "../../../src/render/report/reducedGraph.ts";
import type { StackReport } from "../../../src/review/report/report.ts";
import { define, editQueue, unbind, without } from "../../checks/edits.ts";
import { declaredService, sendingWith, spot, withoutQueue } from "../../review/edits.ts";
import { stackOf } from "./reports.ts";

const results = "result-processor";

function edited(change: (all: Topology) => Topology): StackReport {
    return stackOf("dev", spot, change(spot));
}

/** `changed queue x` and `a -> b: labels` for marked nodes and edges, with names instead of ids. */
function markedIn(stack: StackReport): readonly string[] {
    const { nodes, edges } = changedGraph(stack);
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    return [
        ...nodes.flatMap(({ mark, kind, name }) => (mark === undefined ? [] : [`${mark} ${kind} ${name}`])),
        ...edges.flatMap(({ mark, kind, from, to, labels }) =>
            mark === undefined
                ? []
                : [
                      `${mark} ${kind} ${names.get(from) ?? ""} -> ${names.get(to) ?? ""}: ${labels.join(", ")}`,
                  ],
        ),
    ];
}

describe("the picture of a change", () => {
    it.each<{ readonly what: string; readonly stack: StackReport; readonly marked: readonly string[] }>([
        { what: "nothing where nothing changes", stack: edited((all) => all), marked: [] },
        {
            what: "a queue that is made again",
            stack: edited(editQueue(results, { durable: false })),
            marked: [`replaced queue ${results}`],
        },
        {
            what: "one of three keys that goes",
            stack: edited(
                unbind(
                    ({ destination, routingKey }) =>
                        destination === "notifications.email" && routingKey === "notify.failed",
                ),
            ),
            marked: [
                "changed binding spot.notifications -> notifications.email: − notify.failed, notify.alert, notify.completed",
            ],
        },
        {
            what: "dead letters that go nowhere, and the queue whose setting that is",
            stack: edited(
                define(
                    `queue.${results}`,
                    without("dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy"),
                ),
            ),
            marked: [
                `changed queue ${results}`,
                `removed deadLetter ${results} -> spot.dead-letter: − ${results}`,
            ],
        },
        {
            what: "a deleted queue with its binding, although a service still reads it",
            stack: edited(withoutQueue("unrouted")),
            marked: ["removed queue unrouted", "removed binding spot.unrouted -> unrouted: "],
        },
        {
            what: "a message that a service no longer sends",
            stack: stackOf(
                "dev",
                spot,
                declaredService("gateway", (each) => ({ ...each, publishes: [] })),
            ),
            marked: [
                "changed sender gateway",
                "changed receiver gateway",
                "removed publication gateway -> spot.analysis: − analyze.request",
                "removed publication gateway -> spot.notifications: − notify.status",
            ],
        },
    ])("marks $what", ({ stack, marked }) => {
        expect(markedIn(stack)).toEqual(marked);
    });

    it("shows in a comment the publisher, the exchange, the queues before and the queue after", () => {
        const text = changedMermaid(edited(unbind(({ routingKey }) => routingKey === "notify.failed")));
        expect(text?.split("\n").filter((line) => /-->|-\.->|n\d+[[({]/u.test(line))).toEqual([
            '    n0{{"spot.notifications"}}',
            '    n1(["result-processor"])',
            '    n2["notifications.email"]',
            '    n3["notifications.webhook"]',
            '    n4["unrouted"]',
            '    n1 -->|"notify.failed"| n0',
            '    n0 -->|"− notify.failed"| n2',
            '    n0 -->|"− notify.failed"| n3',
            '    n0 -.->|"unroutable<br/>#43; notify.failed"| n4',
        ]);
    });

    it("is left out of a comment if no route changes, and if it is too large to read", () => {
        expect(changedMermaid(edited((all) => all))).toBeUndefined();
        expect(changedMermaid(edited(editQueue(results, { durable: false })))).toBeUndefined();
        const many = { ...spot, bindings: [] };
        expect(changedMermaid(stackOf("dev", spot, many))).toBeUndefined();
    });

    it.each<{ readonly what: string; readonly stack: StackReport; readonly texts: readonly string[] }>([
        {
            what: "a replaced queue and its neighbours",
            stack: edited(editQueue(results, { durable: false })),
            texts: [results, "spot.analysis", "spot.dead-letter", "spot.retry", `⟳ ${results}`],
        },
        {
            what: "the publisher, the exchange, the queues before and the queue after",
            stack: edited(unbind(({ routingKey }) => routingKey === "notify.failed")),
            texts: [
                "notifications.email",
                "notifications.webhook",
                results,
                "spot.notifications",
                "unrouted",
            ],
        },
        {
            what: "a service once that no longer publishes",
            stack: stackOf(
                "dev",
                spot,
                declaredService("gateway", (each) => ({ ...each, publishes: [] })),
            ),
            texts: ["spot.analysis", "spot.notifications", "~ gateway"],
        },
    ])("shows in the file only what changes, at the width of a comment: $what", async ({ stack, texts }) => {
        const { document } = new JSDOM(await renderChangedSvg(stack), { contentType: "image/svg+xml" })
            .window;
        const names = [...document.querySelectorAll('.node text[font-weight="bold"]')];
        expect(names.map(({ textContent }) => textContent).sort()).toEqual(texts);
        expect(Number(document.documentElement.getAttribute("width"))).toBeLessThanOrEqual(860);
        expect(document.querySelector("title")?.textContent).toBe('Changes of stack "dev"');
        expect(document.documentElement.textContent).toContain(legend);
    });

    it("has a line of its own for each mark of an arrow", () => {
        const queue = "notifications.email";
        const keys = (one: string): ((all: Topology) => Topology) =>
            unbind(({ destination, routingKey }) => destination === queue && routingKey === one);
        const [before, after] = [keys("notify.alert")(spot), keys("notify.failed")(spot)];
        const { edges } = reducedGraph(stackOf("dev", before, after));
        const bindings = edges.filter(({ to }) => to === nodeId("queue", "spot", queue));
        expect(bindings.map(({ mark, labels }) => [mark, labels])).toEqual([
            ["removed", ["− notify.failed"]],
            ["added", ["+ notify.alert"]],
        ]);
    });

    it("draws a routing key that a service no longer publishes once, as removed", () => {
        const after = declaredService("gateway", sendingWith("request", { routingKey: "analyze.ask" }));
        const { edges } = reducedGraph(stackOf("dev", spot, after));
        const sent = edges.filter(({ from }) => from === nodeId("sender", "spot", "gateway"));
        expect(sent.flatMap(({ labels }) => labels).sort()).toEqual(["+ analyze.ask", "− analyze.request"]);
    });

    it("says so if nothing changes that it draws", async () => {
        expect(await renderChangedSvg(edited((all) => all))).toContain(
            ">No exchange, queue, binding or route changes in this stack.<",
        );
    });
});
