import { describe, expect, it } from "vitest";
import { queue, type Topology } from "../../../src/model/index.ts";
import { changedGraph, changedPart } from "../../../src/render/report/changedGraph.ts";
import { changedMermaid, renderChangedSvg } from "../../../src/render/report/picture.ts";
import type { StackReport } from "../../../src/review/report/report.ts";
import { define, editQueue, unbind, without } from "../../checks/edits.ts";
import { declaredService, spot, withoutQueue } from "../../review/edits.ts";
import { topologyOf } from "../../routing/topologies.ts";
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

    it("shows in a comment what changes, and what is one step away", () => {
        const { nodes, edges } = changedPart(changedGraph(edited(editQueue(results, { durable: false }))));
        expect(nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
            "exchange spot.analysis",
            "exchange spot.dead-letter",
            "queue result-processor",
            "receiver result-processor",
        ]);
        expect(edges.map(({ kind }) => kind)).toEqual(["binding", "deadLetter", "subscription"]);
    });

    it("is left out if no drawn object changes, and if it is too large to read", () => {
        expect(changedMermaid(edited((all) => all))).toEqual({ kind: "nothing" });
        const many = topologyOf({
            queues: Array.from({ length: 121 }, (_, index) => queue("v", `q${index}`, "classic")),
        });
        expect(changedMermaid(stackOf("dev", topologyOf({}), many))).toEqual({
            kind: "too large",
            size: 121,
        });
    });

    it("has everything in the file, every sign, and what the signs mean", async () => {
        const svg = await renderChangedSvg(edited(editQueue(results, { durable: false })));
        expect(svg).toContain("<title>Changes of stack &quot;dev&quot;</title>");
        expect(svg).toContain(">⟳ result&#45;processor<");
        expect(svg).toContain(">+ added, − removed, ~ changed, ⟳ replaced<");
        for (const { name } of spot.queues.filter((each) => each.name !== results)) {
            expect(svg).toContain(`>${name.replaceAll("-", "&#45;")}<`);
        }
    });
});
