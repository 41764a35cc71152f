import { describe, expect, it } from "vitest";
import { changeRules, checkChange } from "../../../src/checks/changes/index.js";
import { renderFinding } from "../../../src/checks/finding.js";
import {
    addExchange,
    addPolicy,
    addQueue,
    all,
    bind,
    define,
    type Edit,
    editExchange,
    editPolicy,
    editQueue,
    editService,
    removeExchange,
    removePolicy,
    removeQueue,
    set,
    unbindKey,
    unset,
} from "./edits.js";
import { type SoundName, soundTopologies } from "./mutation/sound.js";

type Row = readonly [rule: string, name: string, of: readonly SoundName[], edit: Edit];

const spot = ["spot on 4.3", "spot on 4.0", "spot in prod"] as const;
const others = ["orders"] as const;

/** A change that costs messages, and the rule that is meant to find it. */
const harmful: readonly Row[] = [
    ["replacedQueue", "another type", spot, editQueue("notifications.status", { type: "quorum" })],
    [
        "replacedQueue",
        "an argument more",
        spot,
        editQueue("result-processor", { arguments: { "x-single-active-consumer": true } }),
    ],
    [
        "replacedQueue",
        "an argument with another value",
        ["telemetry"],
        editQueue("readings.live", { arguments: { "x-max-length": 600 } }),
    ],
    ["replacedExchange", "another type", spot, editExchange("spot.rpc", { type: "topic" })],
    ["replacedExchange", "internal", others, editExchange("orders.dead", { internal: true })],
    ["removedQueue", "a dead-letter queue", spot, removeQueue("result-processor.dlq")],
    ["removedQueue", "a queue of others", others, removeQueue("orders.audit")],
    ["removedExchange", "an exchange of work", spot, removeExchange("spot.analysis")],
    ["removedExchange", "an exchange of others", others, removeExchange("orders.dead")],
    [
        "removedVhost",
        "the virtual host",
        [...spot, "orders", "plain"],
        (topology) => ({ ...topology, vhosts: [{ name: "new" }] }),
    ],
    [
        "renamedQueue",
        "the same keys for another name",
        spot,
        all(
            removeQueue("result-processor"),
            addQueue("results", "quorum", { purpose: "work" }),
            bind("spot.analysis", "results", "analyze.result"),
            bind("spot.retry", "results", "result-processor"),
        ),
    ],
    [
        "renamedQueue",
        "a name that is nearly the same",
        others,
        all(removeQueue("orders.paid"), addQueue("orders.payed")),
    ],
    [
        "hastyRemoval",
        "a queue together with its consumer",
        spot,
        all(
            removeQueue("notifications.email"),
            editService("notifier", () => ({ consumes: [] })),
        ),
    ],
    ["lostRoute", "a binding that is still published to", spot, unbindKey("analyze.result")],
    [
        "lostRoute",
        "a narrower key",
        spot,
        all(
            unbindKey("analyze.finding.*"),
            bind("spot.analysis", "analyzer-orchestrator.findings", "analyze.finding.links"),
        ),
    ],
    [
        "lostRoute",
        "a binding together with its publication",
        spot,
        all(
            unbindKey("notify.failed"),
            editService("result-processor", ({ publishes }) => ({
                publishes: publishes.filter(({ message }) => message !== "failed"),
            })),
        ),
    ],
    ["removedBinding", "a binding of others", others, unbindKey("order.paid")],
    [
        "unprotectedQueue",
        "a queue of prod",
        ["spot in prod", "shop"],
        (topology) => ({ ...topology, queues: topology.queues.map((each) => ({ ...each, retain: false })) }),
    ],
    [
        "loweredTtl",
        "a TTL where there was none",
        spot,
        set("result-processor", { "message-ttl": 86_400_000 }),
    ],
    ["loweredTtl", "a shorter TTL", spot, set("notifications.status", { "message-ttl": 5_000 })],
    [
        "loweredTtl",
        "a queue that expires from now on",
        others,
        define("work", (before) => ({ ...before, expires: 60_000 })),
    ],
    ["loweredBound", "fewer messages", spot, set("result-processor", { "max-length": 10 })],
    ["loweredBound", "less room", spot, set("unrouted", { "max-length-bytes": 1_000 })],
    [
        "loweredBound",
        "a bound where there was none",
        others,
        define("dead", (before) => ({ ...before, "max-length-bytes": 5 })),
    ],
    ["loweredDeliveryLimit", "fewer attempts", spot, set("result-processor", { "delivery-limit": 1 })],
    ["loweredDeliveryLimit", "a limit where there was none", spot, set("unrouted", { "delivery-limit": 20 })],
    [
        "loweredDeliveryLimit",
        "the broker's own limit instead of none",
        spot,
        unset("unrouted", "delivery-limit"),
    ],
    [
        "weakenedOverflow",
        "dropping instead of refusing",
        spot,
        set("analyzer-orchestrator.rpc", { overflow: "drop-head" }),
    ],
    [
        "weakenedOverflow",
        "nothing instead of refusing",
        others,
        define("work", (before) =>
            Object.fromEntries(Object.entries(before).filter(([key]) => key !== "overflow")),
        ),
    ],
    ["weakenedDeadLettering", "at most once", spot, unset("result-processor", "dead-letter-strategy")],
    [
        "weakenedDeadLettering",
        "at least once in vain",
        spot,
        set("result-processor", { overflow: "drop-head" }),
    ],
    [
        "weakenedDeadLettering",
        "no dead letters any more",
        spot,
        unset("notifications.email", "dead-letter-exchange"),
    ],
    [
        "weakenedDeadLettering",
        "a policy above without dead letters",
        others,
        addPolicy("emergency", {
            pattern: "^orders\\.paid$",
            precedence: 99,
            definition: { "max-length": 10_000 },
        }),
    ],
    ["removedPolicy", "a queue's policy", spot, removePolicy("queue.result-processor")],
    ["removedPolicy", "an exchange's policy", spot, removePolicy("exchange.spot.analysis")],
    ["removedPolicy", "a policy of others", others, removePolicy("work")],
];

/** A change that costs nothing. */
const harmless: readonly Row[] = [
    ["", "a queue more", spot, all(addQueue("archive"), bind("spot.analysis", "archive", "analyze.result"))],
    ["", "an exchange more", spot, addExchange("spot.new", "topic")],
    [
        "",
        "more room",
        spot,
        set("result-processor", { "max-length": 1_000_000, "max-length-bytes": 10_000_000_000 }),
    ],
    ["", "a longer TTL", spot, set("notifications.status", { "message-ttl": 600_000 })],
    ["", "more attempts", spot, set("result-processor", { "delivery-limit": 50 })],
    ["", "a policy that is called otherwise", others, editPolicy("work", { name: "jobs" })],
    [
        "",
        "refusing instead of dropping",
        others,
        define("dead", (before) => ({ ...before, overflow: "reject-publish" })),
    ],
    [
        "",
        "a binding that a wider one replaces",
        spot,
        all(
            unbindKey("notify.completed"),
            bind("spot.notifications", "notifications.email", "notify.*"),
            bind("spot.notifications", "notifications.webhook", "notify.*"),
        ),
    ],
];

const cases = (rows: readonly Row[]): readonly (readonly [string, SoundName, string, Edit])[] =>
    rows.flatMap(([rule, name, of, edit]) => of.map((base) => [rule, base, name, edit] as const));

const found = (base: SoundName, edit: Edit): ReturnType<typeof checkChange> =>
    checkChange(soundTopologies[base], edit(soundTopologies[base]));

describe("a change", () => {
    it.each(Object.entries(soundTopologies))("from %s to itself is none", (_, topology) => {
        expect(checkChange(topology, topology)).toEqual([]);
    });

    it.each(cases(harmful))("%s: %s: %s", (rule, base, _, edit) => {
        expect(new Set(found(base, edit).map((each) => each.rule))).toContain(rule);
    });

    it.each(cases(harmless))("%s%s: %s costs no message", (_, base, __, edit) => {
        expect(found(base, edit)).toEqual([]);
    });

    it("breaks every rule in one of these ways", () => {
        const broken = new Set(harmful.map(([rule]) => rule));
        expect(changeRules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
    });

    it("is told in sentences that a person understands", async () => {
        const sentences = harmful.map(([rule, name, [base = "plain"], edit]) => {
            const finding = found(base, edit).find((each) => each.rule === rule);
            return `${rule}, ${name}:\n    ${finding?.severity ?? ""}: ${finding === undefined ? "" : renderFinding(finding)}`;
        });
        await expect(`${sentences.join("\n")}\n`).toMatchFileSnapshot("./changeSentences.txt");
    });
});
