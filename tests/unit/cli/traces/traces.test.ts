import { describe, expect, it } from "vitest";
import { drawTraces } from "../../../../src/cli/traces/drawTrace.ts";
import { renderTrace } from "../../../../src/cli/traces/renderTrace.ts";
import { parseSpans, type Span } from "../../../../src/cli/traces/span.ts";
import { buildTraces, isOfMail, nodesOf } from "../../../../src/cli/traces/traceTree.ts";

const id = "6b1f0000-0000-4000-8000-000000000000";

function span(
    name: string,
    parent: string | null,
    times: readonly [number, number],
    more: object = {},
): Span {
    const [start, end] = times;
    return {
        ...{ service: "gateway", trace: "t1", id: name, parent, name, kind: "internal", failed: false },
        ...{ start: 1_000 + start, end: 1_000 + end, attributes: {} },
        ...more,
    };
}

function delivery(name: string, parent: string, times: readonly [number, number], more: object = {}): Span {
    const { failed = false, ...attributes } = more as { failed?: boolean };
    return span(name, parent, times, {
        service: "analyzer.links",
        kind: "consumer",
        failed,
        attributes: {
            "messaging.message.conversation_id": id,
            "spot.outcome": "done",
            "spot.attempt": 1,
            ...attributes,
        },
    });
}

const mail: readonly Span[] = [
    delivery("consume c", "publish b", [2_040, 2_060], { "spot.attempt": 2 }),
    span("POST /analyses", null, [0, 12]),
    span("publish b", "POST /analyses", [3, 9], { kind: "producer" }),
    delivery("consume a", "publish b", [7, 20], {
        failed: true,
        "error.type": "OSError",
        "spot.outcome": "delay",
    }),
];

describe("the trace of an e-mail", () => {
    it("is one tree in the order of time, with waiting times and retries", () => {
        expect(buildTraces(mail).map(renderTrace)).toEqual([
            [
                `trace t1, e-mail ${id}: 4 spans, 2 services, 2060 ms`,
                "   +0.0 ms  gateway  POST /analyses  12 ms",
                "   +3.0 ms  └─ gateway  publish b  6.0 ms",
                "   +7.0 ms     ├─ analyzer.links  consume a  13 ms, waited 4.0 ms, failed: OSError, -> delayed retry",
                "  +2040 ms     └─ analyzer.links  consume c  20 ms, waited 2037 ms, attempt 2",
            ].join("\n"),
        ]);
    });

    it.each([
        ["requeue", "-> retry"],
        ["delay", "-> delayed retry"],
        ["dead_letter", "-> dead letter"],
        ["release", "-> returned to the queue"],
        ["expired", "-> expired"],
    ])("names the outcome %s of a delivery", (outcome, shown) => {
        const [trace] = buildTraces([delivery("consume a", "unknown", [0, 1], { "spot.outcome": outcome })]);
        expect(trace === undefined ? "" : renderTrace(trace)).toMatch(new RegExp(`, ${shown}$|  ${shown}$`));
    });

    it("has a root for each span whose parent did not arrive, and each span once", () => {
        const [trace] = buildTraces([...mail, ...mail].filter(({ name }) => name !== "publish b"));
        expect(trace?.roots.map(({ span: { name } }) => name)).toEqual([
            "POST /analyses",
            "consume a",
            "consume c",
        ]);
        expect([...nodesOf(trace?.roots ?? [])].every(({ waited }) => waited === undefined)).toBe(true);
    });

    it("is found by the id of its analysis and distinguished from a status request", () => {
        const request = span("GET /analyses", null, [0, 5], { trace: "t2" });
        const all = buildTraces([...mail, request]);
        expect(all.map((trace) => [trace.trace, isOfMail(trace)])).toEqual([
            ["t1", true],
            ["t2", false],
        ]);
        expect(buildTraces([...mail, request], id).map(({ trace }) => trace)).toEqual(["t1"]);
        expect(buildTraces([...mail, request], "other")).toEqual([]);
    });

    it("is drawn with a bar for each span and each waiting time, and escapes names", () => {
        const svg = drawTraces(buildTraces([...mail, span("<a&b>", "POST /analyses", [0, 1])]));
        expect(svg.match(/<rect [^>]*height="14"/g)).toHaveLength(5 + 2);
        expect(svg).toContain("&lt;a&amp;b&gt;");
        expect(svg).not.toContain("<a&b>");
    });

    it("is read from the lines of the receiver", () => {
        expect(parseSpans([...mail.map((each) => JSON.stringify(each)), ""])).toEqual(mail);
        expect(() => parseSpans(['{"service": 1}'])).toThrow();
    });
});
