import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queueRules } from "../../src/alerts/queues/queueAlertRules.ts";
import { readingOf } from "../../src/alerts/queues/queueReading.ts";
import { growthHorizon, harmfulBounds } from "../../src/alerts/queues/thresholds.ts";
import type { WatchedQueue } from "../../src/alerts/queues/watchedQueue.ts";
import type { QueueHistory } from "../../src/readings/queueHistory.ts";
import { promqlValue } from "./promqlValue.ts";
import {
    evenHistories,
    now,
    seriesOf,
    unevenHistories,
    watchedQueue,
    youngHistories,
} from "./queueHistories.ts";

const scope = { matchers: {}, nodes: undefined, target: "" };
const trend = "QueueGrowing";
/** Every queue of the generated histories is there. */
const present = queueRules.filter(({ name }) => name !== "QueueMissing");

/** Of uneven numbers Prometheus' trend is another than that of first and last. */
function historiesFor(rule: string): fc.Arbitrary<QueueHistory> {
    return rule === trend
        ? fc.oneof(evenHistories, youngHistories)
        : fc.oneof(evenHistories, unevenHistories);
}

/** Both results of one rule: Prometheus' result of the alert's expression, and that of `topology top` for the reading. */
function resultsOf(
    rule: (typeof queueRules)[number],
    queue: WatchedQueue,
    history: QueueHistory | undefined,
): { readonly fires: boolean; readonly isBroken: boolean } | undefined {
    const alert = rule.alert(queue, scope);
    return (
        alert && {
            fires: promqlValue(alert.expression, seriesOf(history), now) !== undefined,
            isBroken: rule.isBroken(queue, readingOf(history)),
        }
    );
}

/** A prediction that meets a bound exactly is decided by rounding. */
function meetsBound(queue: WatchedQueue, { now: last, before, readyBytes }: QueueHistory): boolean {
    const then = before[29] ?? before.at(-1);
    const gained = then === undefined ? 0 : ((last.ready - then.ready) * growthHorizon) / (last.at - then.at);
    const predicted = last.ready + gained;
    const size = last.ready === 0 ? 0 : readyBytes / last.ready;
    const bounds = harmfulBounds(queue) ?? {};
    return [
        [predicted, bounds.messages],
        [predicted * size, bounds.bytes],
    ].some(([value = 0, bound]) => bound !== undefined && Math.abs(value - bound) < 1e-6);
}

describe.each(queueRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    it("gives a reading the same result as Prometheus gives the series", () => {
        fc.assert(
            fc.property(watchedQueue, historiesFor(name), (queue, history) => {
                fc.pre(name !== trend || !meetsBound(queue, history));
                const both = resultsOf(rule, queue, history);
                expect(both?.isBroken).toBe(both?.fires);
            }),
            { numRuns: 300 },
        );
    });
});

describe.each(present.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    it("is tried on queues with and without problems", () => {
        const drawn = fc.sample(fc.tuple(watchedQueue, historiesFor(name)), { numRuns: 500, seed: 1 });
        const fired = drawn.map(([queue, history]) => resultsOf(rule, queue, history)?.fires);
        expect(fired.filter((each) => each === true).length).toBeGreaterThan(10);
        expect(fired.filter((each) => each === false).length).toBeGreaterThan(10);
    });
});

it("reports a queue as missing if no node reports it, as Prometheus does", () => {
    const missing = queueRules.filter(({ name }) => name === "QueueMissing");
    const [queue] = fc.sample(watchedQueue, 1);
    expect(missing.map((rule) => queue && resultsOf(rule, queue, undefined))).toEqual([
        { fires: true, isBroken: true },
    ]);
});
