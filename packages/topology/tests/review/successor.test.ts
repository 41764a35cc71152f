import { describe, expect, it } from "vitest";
import { binding, exchange, type Queue, queue, type Topology } from "../../src/model/index.ts";
import { compareTopologies } from "../../src/review/compare/comparison.ts";
import { successorOf } from "../../src/review/compare/successor.ts";
import { topologyOf } from "../routing/topologies.ts";

const old = queue("v", "invoices", "quorum");

function side(queues: readonly Queue[], fed: readonly string[] = []): Topology {
    return topologyOf({
        exchanges: [exchange("v", "events", "topic")],
        queues,
        bindings: fed.map((name) => binding("v", "events", name, "order.placed")),
    });
}

describe("the successor of a queue that goes", () => {
    it.each<[string, Topology, Topology, string | undefined]>([
        [
            "is the new one with the same bindings",
            side([old], ["invoices"]),
            side([queue("v", "bills", "quorum")], ["bills"]),
            "bills",
        ],
        [
            "is the new one of nearly the same name",
            side([old]),
            side([queue("v", "invoice", "quorum")]),
            "invoice",
        ],
        ["is not of another type", side([old]), side([queue("v", "invoice", "classic")]), undefined],
        [
            "is not of another purpose",
            side([old]),
            side([queue("v", "invoice", "quorum", { purpose: "parking" })]),
            undefined,
        ],
        ["is not of another name", side([old]), side([queue("v", "orders", "quorum")]), undefined],
        [
            "is not a queue that existed before",
            side([old, queue("v", "invoice", "quorum")]),
            side([queue("v", "invoice", "quorum")]),
            undefined,
        ],
        [
            "is missing if hundreds of queues are new and no name is similar",
            side([queue("v", "q-0000", "quorum")]),
            side(Array.from({ length: 201 }, (_, index) => queue("v", `q-${1_000 + index}`, "quorum"))),
            undefined,
        ],
    ])("%s", (_, before, after, name) => {
        const [deleted] = before.queues;
        expect(
            deleted === undefined ? deleted : successorOf(deleted, compareTopologies(before, after))?.name,
        ).toBe(name);
    });
});
