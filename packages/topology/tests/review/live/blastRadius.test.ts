import { describe, expect, it } from "vitest";
import { found } from "../../../../../tests/unit/found.ts";
import { binding, exchange, queue, type Topology } from "../../../src/model/index.ts";
import type { QueueNumbers } from "../../../src/readings/queueNumbers.ts";
import { blastRadius, lostMessagesOf, touchedVhosts } from "../../../src/review/live/blastRadius.ts";
import type { LiveQueue } from "../../../src/review/live/impact.ts";
import { review } from "../../../src/review/report/review.ts";
import { define, unbind } from "../../checks/edits.ts";
import { destructiveEdits } from "../destructiveEdits.ts";
import { edited, spot } from "../edits.ts";
import { harmlessEdits } from "../harmlessEdits.ts";

const now = Date.UTC(2026, 10, 24, 12);
const results = "result-processor";
const status = "notifications.status";

type Numbers = Omit<QueueNumbers, "vhost">;

/** The broker's numbers for an edit, by the id of each change. */
function radius(edit: string | ((all: Topology) => Topology), ...queues: readonly Numbers[]) {
    const { before, after } =
        typeof edit === "string"
            ? found(
                  [...destructiveEdits, ...harmlessEdits].find(({ name }) => name === edit),
                  `the edit "${edit}"`,
              )
            : edited("an edit", edit, "none", "");
    const compared = review("dev", before, after);
    const live = queues.map((each) => ({ vhost: "spot", ...each }));
    return blastRadius(compared, before, { broker: "https://rabbit.example.com", queues: live, now });
}

function of(changes: ReadonlyMap<string, readonly LiveQueue[]>, id: string): readonly LiveQueue[] {
    return found(changes.get(id), `numbers of "${id}"; there are ${[...changes.keys()].join(", ")}`);
}

const held = {
    ready: 40,
    unacknowledged: 2,
    consumers: 3,
    publishRate: 12.34,
    bytes: 2_560,
    bytesReady: 2_400,
};

describe("what a change does to the messages that a broker holds now", () => {
    it.each<{
        readonly what: string;
        readonly edit: string | ((all: Topology) => Topology);
        readonly numbers: Numbers;
        readonly id: string;
        readonly lostMessages: number | undefined;
        readonly text: string;
    }>([
        {
            what: "loses everything in a queue that is created again, the unacknowledged, too",
            edit: "changes a queue's type",
            numbers: { name: results, ...held },
            id: "replace queue spot/result-processor",
            lostMessages: 42,
            text: "42 messages (2.5 KiB), 2 of them unacknowledged: all are lost",
        },
        {
            what: "loses nothing in an empty queue",
            edit: "changes a queue's type",
            numbers: { name: results, ready: 0, unacknowledged: 0 },
            id: "replace queue spot/result-processor",
            lostMessages: 0,
            text: "is empty",
        },
        {
            what: "is unknown for a queue that the broker has no numbers of yet",
            edit: "changes a queue's type",
            numbers: { name: results, ready: 3 },
            id: "replace queue spot/result-processor",
            lostMessages: undefined,
            text: "the number of lost messages is unknown: the broker has no numbers for this queue",
        },
        {
            what: "loses what is above a lowered length, to the message",
            edit: "lowers a bound whose surplus is dropped",
            numbers: { name: status, ready: 1_120, unacknowledged: 500 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 1_020,
            text: "1,020 of 1,120 ready messages are above the new length limit of 100 and are lost immediately, and so are those of the 500 unacknowledged messages that are requeued",
        },
        {
            what: "kills nothing below a lowered length: what consumers hold does not count",
            edit: "lowers a bound whose surplus is dropped",
            numbers: { name: status, ready: 100, unacknowledged: 500 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "holds 600 messages, 500 of them unacknowledged, which is within the new limit",
        },
        {
            what: "is unknown for a lowered length without a number",
            edit: "lowers a bound whose surplus is dropped",
            numbers: { name: status },
            id: "update policy spot/queue.notifications.status",
            lostMessages: undefined,
            text: "the number of messages above the new limit is unknown",
        },
        {
            what: "loses about as many as their average size says above a lowered size",
            edit: define(`queue.${status}`, (all) => ({ ...all, "max-length-bytes": 1_000 })),
            numbers: { name: status, ready: 10, unacknowledged: 0, bytes: 4_000, bytesReady: 4_000 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 8,
            text: "about 8 of 10 ready messages are above the new size limit of 1000 B and are lost immediately",
        },
        {
            what: "moves what is above a lowered length where dead letters are kept",
            edit: "lowers a bound whose surplus is dead-lettered",
            numbers: { name: "notifications.email", ready: 25, unacknowledged: 0 },
            id: "update policy spot/queue.notifications.email",
            lostMessages: 0,
            text: "15 of 25 ready messages are above the new length limit of 10",
        },
        {
            what: "does not affect messages with their old TTL, and explains the effect without consumers",
            edit: "lowers a TTL",
            numbers: { name: status, ready: 40, unacknowledged: 0, consumers: 0, publishRate: 2 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "has no consumers: all new messages, at present 2 messages a second, expire; the 40 messages in it keep their old TTL",
        },
        {
            what: "loses nothing to a TTL if consumers keep up",
            edit: "lowers a TTL",
            numbers: { name: status, ready: 0, unacknowledged: 1, consumers: 1, publishRate: 2 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "its consumers keep up: no messages wait, at present 2 messages a second",
        },
        {
            what: "compares a TTL with how long the oldest message has waited",
            edit: "lowers a TTL",
            numbers: { name: status, ...held, headAt: now - 65_400 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "its oldest message has waited 65 seconds, longer than the new TTL: at this pace new messages, at present 12.3 messages a second, expire",
        },
        {
            what: "says that a wait is shorter than a TTL",
            edit: "lowers a TTL",
            numbers: { name: status, ...held, headAt: now - 2_000 },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "its oldest message has waited 2 seconds, less than the new TTL",
        },
        {
            what: "does not know a wait that the broker does not tell",
            edit: "lowers a TTL",
            numbers: { name: status, ...held },
            id: "update policy spot/queue.notifications.status",
            lostMessages: 0,
            text: "holds 42 messages (2.5 KiB), 2 of them unacknowledged; how long they wait is unknown",
        },
        {
            what: "deletes an unused queue once it may expire",
            edit: "lets an unused queue expire",
            numbers: { name: results, ready: 1, unacknowledged: 0, consumers: 0 },
            id: "update policy spot/queue.result-processor",
            lostMessages: 1,
            text: "has no consumers and holds 1 message: it is deleted after 1 hour",
        },
        {
            what: "keeps a queue that is in use",
            edit: "lets an unused queue expire",
            numbers: { name: results, ready: 1, unacknowledged: 0, consumers: 1 },
            id: "update policy spot/queue.result-processor",
            lostMessages: 0,
            text: "in use by 1 consumer",
        },
        {
            what: "is unknown for a stream that is truncated",
            edit: "shrinks a log",
            numbers: { name: "admin.notifier", ready: 70, unacknowledged: 0 },
            id: "update policy spot/queue.admin.notifier",
            lostMessages: undefined,
            text: "holds 70 messages; how many of them are older is unknown",
        },
        {
            what: "loses nothing in a queue whose binding is deleted, and says how much would not arrive",
            edit: "takes one of two receivers' keys away",
            numbers: { name: "notifications.webhook", ...held },
            id: "delete binding spot/spot.notifications -> notifications.webhook (notify.failed)",
            lostMessages: 0,
            text: "up to 12.3 messages a second would no longer reach it",
        },
        {
            what: "has the same numbers for the route itself",
            edit: "removes a key without an alternate exchange",
            numbers: { name: "analyzer-orchestrator.rpc", ready: 0, unacknowledged: 0, publishRate: 0 },
            id: "route spot/spot.rpc analysis.status",
            lostMessages: 0,
            text: "no messages arrive in it at present",
        },
        {
            what: "counts what would lose its dead letters",
            edit: "takes the dead letters of a queue away",
            numbers: { name: results, ready: 7, unacknowledged: 0 },
            id: "update policy spot/queue.result-processor",
            lostMessages: 0,
            text: "holds 7 messages",
        },
    ])("$what", ({ edit, numbers, id, lostMessages, text }) => {
        const [first, ...more] = of(radius(edit, numbers).changes, id);
        expect(more).toEqual([]);
        expect({ lostMessages: first?.lostMessages, text: first?.text, exists: first?.exists }).toEqual({
            lostMessages,
            text,
            exists: true,
        });
        expect(first).toMatchObject(numbers);
    });

    it("deletes a virtual host with its undeclared queues, and the fullest queue comes first", () => {
        const { changes } = radius(
            "renames the virtual host",
            { name: "undeclared", ready: 5, unacknowledged: 0 },
            { name: results, ready: 9, unacknowledged: 1 },
            { name: "unknown", ready: 1 },
        );
        expect(
            of(changes, "delete vhost spot").map(({ name, lostMessages }) => [name, lostMessages]),
        ).toEqual([
            ["unknown", undefined],
            [results, 10],
            ["undeclared", 5],
        ]);
        expect(lostMessagesOf(of(changes, "delete vhost spot"))).toEqual({ known: 15, isExact: false });
    });

    it("names the queues behind an exchange, and behind the exchanges that it feeds", () => {
        const plain = {
            ...spot,
            services: [],
            permissions: [],
            topicPermissions: [],
            policies: [],
            retries: [],
        };
        const before: Topology = {
            ...plain,
            exchanges: [exchange("spot", "a", "fanout"), exchange("spot", "b", "fanout")],
            queues: [queue("spot", "one", "quorum"), queue("spot", "two", "quorum")],
            bindings: [
                binding("spot", "a", "one", ""),
                { ...binding("spot", "a", "b", ""), destinationType: "exchange" },
                { ...binding("spot", "b", "a", ""), destinationType: "exchange" },
                binding("spot", "b", "two", ""),
            ],
        };
        const after = {
            ...before,
            exchanges: before.exchanges.map((each) => ({ ...each, durable: each.name === "b" })),
        };
        const queues = ["one", "two"].map((name) => ({ vhost: "spot", name, publishRate: 1 }));
        const { changes } = blastRadius(review("dev", before, after), before, { broker: "b", queues, now });
        expect(of(changes, "replace exchange spot/a").map(({ name, text }) => [name, text])).toEqual([
            ["one", "up to 1 message a second would no longer reach it"],
            ["two", "up to 1 message a second would no longer reach it"],
        ]);
    });

    it("loses nothing in a queue that the broker does not have", () => {
        expect(of(radius("changes a queue's type").changes, "replace queue spot/result-processor")).toEqual([
            {
                vhost: "spot",
                name: results,
                impacts: ["deleted"],
                exists: false,
                lostMessages: 0,
                text: "the broker has no such queue",
            },
        ]);
    });

    it.each(harmlessEdits)("needs no numbers for an edit that $name", ({ before, after }) => {
        const compared = review("dev", before, after);
        const isBounded = compared.changes.some(({ effects }) =>
            effects.some(({ reason }) => reason.rule === "limit.lowered"),
        );
        expect(touchedVhosts(compared, before)).toEqual(isBounded ? ["spot"] : []);
    });

    it.each(destructiveEdits.filter(({ consequence }) => consequence === "lost"))(
        "has numbers for each loss of an edit that $name",
        ({ before, after }) => {
            const compared = review("dev", before, after);
            const { changes } = blastRadius(compared, before, {
                broker: "b",
                queues: before.queues.map(({ vhost, name }) => ({
                    vhost,
                    name,
                    ready: 1,
                    unacknowledged: 0,
                    consumers: 0,
                })),
                now,
            });
            for (const { id } of compared.changes.filter((each) => each.consequence === "lost")) {
                expect(lostMessagesOf(of(changes, id)).known, id).toBeGreaterThan(0);
            }
        },
    );
});

it("names the virtual hosts whose queues a review touches", () => {
    const after = unbind(({ routingKey }) => routingKey === "analysis.status")(spot);
    expect(touchedVhosts(review("dev", spot, after), spot)).toEqual(["spot"]);
});
