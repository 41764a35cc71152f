import { describe, expect, it } from "vitest";
import { type Topology } from "../../../src/model/index.ts";
import { changedGraph } from "../../../src/render/report/changedGraph.ts";
import { changedMermaid, renderChangedSvg } from "../../../src/render/report/picture.ts";
import type { StackReport } from "../../../src/review/report/report.ts";
import { define, editQueue, unbind, without } from "../../checks/edits.ts";
import { declaredService, spot, withoutQueue } from "../../review/edits.ts";
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
