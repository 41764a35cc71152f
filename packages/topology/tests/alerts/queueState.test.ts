import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { found, named } from "../../../../tests/unit/found.ts";
import { queueRules } from "../../src/alerts/queues/queueAlertRules.ts";
import { type QueueState, queueStates, undeclaredQueues } from "../../src/alerts/queues/queueState.ts";
import { watchedQueues } from "../../src/alerts/queues/watchedQueue.ts";
import { duration } from "../../src/model/index.ts";
import type { QueueHistory, QueueMoment } from "../../src/readings/queueHistory.ts";

const topology = sampleTopology("4.3");
const minute = duration("1 minute");
const noon = Date.UTC(2026, 10, 24, 12);
const calm: Omit<QueueMoment, "at"> = {
    ready: 0,
    unacknowledged: 0,
    delivered: 0,
    redelivered: 0,
    acknowledged: 0,
};

/** A queue that was the same for the last hour, and is what `now` says. */
function queue(
    name: string,
    settings: Partial<Omit<QueueHistory, "now">> & { readonly now?: Partial<QueueMoment> } = {},
): QueueHistory {
    const { now = {}, ...rest } = settings;
    const before = Array.from({ length: 60 }, (_, index) => ({
        ...calm,
        at: noon - index * minute,
        ready: now.ready ?? 0,
        unacknowledged: now.unacknowledged ?? 0,
    }));
    return {
        vhost: "spot",
        name,
        running: true,
        readyBytes: 0,
        consumers: 1,
        inRate: 0,
        outRate: 0,
        now: { ...calm, at: noon, ...now },
        before,
        ...rest,
    };
}

const healthy = topology.queues.map(({ name }) => queue(name));

/** What is wrong with a queue when all others are fine. */
function problemsOf(odd: QueueHistory): readonly string[] {
    const states = queueStates(
        topology,
        healthy.map((each) => (each.name === odd.name ? odd : each)),
    );
    const wrong = states.filter(({ problems }) => problems.length > 0);
    expect(wrong.every((each) => each.queue.name === odd.name)).toBe(true);
    return wrong.flatMap(({ problems }) => problems.map(({ alert, severity }) => `${severity} ${alert}`));
}

function stateOf(name: string, histories: readonly QueueHistory[]): QueueState {
    return found(
        queueStates(topology, histories).find((each) => each.queue.name === name),
        `queue "${name}"`,
    );
}

describe("a queue and its declaration", () => {
    it("is fine where nothing is promised that it does not keep", () => {
        expect(queueStates(topology, healthy).filter(({ problems }) => problems.length > 0)).toEqual([]);
    });

    const most = found(
        named(watchedQueues(topology), "analyzer.links").maxMessages,
        'a bound of "analyzer.links"',
    );
    const trials: readonly [string, QueueHistory, readonly string[]][] = [
        ["without a leader", queue("analyzer.links", { running: false }), ["critical QueueMissing"]],
        [
            "without the consumer that is declared",
            queue("analyzer.links", { consumers: 0 }),
            ["critical QueueHasNoConsumers"],
        ],
        [
            "with messages that wait for longer than two jobs may take",
            queue("analyzer.links", { now: { ready: 3 } }),
            ["warning OldestMessageOverdue"],
        ],
        [
            "with consumers that settle nothing",
            queue("analyzer.links", { now: { unacknowledged: 3 } }),
            ["warning ConsumersStuck"],
        ],
        [
            "with messages that are redelivered",
            queue("analyzer.links", { now: { delivered: 300, redelivered: 200, acknowledged: 100 } }),
            ["warning MessagesRedelivered"],
        ],
        [
            "with dead letters",
            queue("analyzer.links.dlq", { now: { ready: 1 } }),
            ["warning DeadLettersPresent"],
        ],
        ["with unroutable messages", queue("unrouted", { now: { ready: 1 } }), ["warning MessagesUnrouted"]],
        [
            "that is nearly full",
            queue("analyzer.links", { now: { ready: 0.9 * most, delivered: most } }),
            ["critical QueueNearlyFull"],
        ],
        [
            "that fills faster than it empties",
            queue("analyzer.links", {
                now: { ready: 0.2 * most, delivered: most },
                before: [
                    { ...calm, at: noon - 10 * minute, ready: 0.19 * most },
                    { ...calm, at: noon - 40 * minute, ready: 0.01 * most },
                ],
            }),
            ["warning QueueGrowing"],
        ],
    ];

    it.each(trials)("%s", (_, odd, problems) => {
        expect(problemsOf(odd)).toEqual(problems);
    });

    it("breaks every rule in one of these trials", () => {
        const names = trials.flatMap(([, , problems]) => problems.map((each) => each.split(" ")[1]));
        expect([...new Set(names)].sort()).toEqual(queueRules.map(({ name }) => name).sort());
    });

    it("is only missing where the broker has not got it", () => {
        const others = healthy.filter(({ name }) => name !== "analyzer.links");
        expect(stateOf("analyzer.links", others).problems).toEqual([
            { alert: "QueueMissing", severity: "critical" },
        ]);
    });

    it("is as full as the fuller of its bounds", () => {
        const state = stateOf("analyzer.links", [queue("analyzer.links", { now: { ready: most / 4 } })]);
        expect(state.fill).toBe(0.25);
    });

    it("is separated from undeclared queues", () => {
        expect(undeclaredQueues(topology, [...healthy, queue("stray")]).map(({ name }) => name)).toEqual([
            "stray",
        ]);
    });
});
