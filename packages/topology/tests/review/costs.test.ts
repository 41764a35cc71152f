import { describe, expect, it } from "vitest";
import { duration, type Publication, type Topology } from "../../src/model/index.ts";
import { effectRules } from "../../src/review/changeRules/effectRules.ts";
import type { Change } from "../../src/review/compare/change.ts";
import type { ContractChangeKind } from "../../src/review/compare/contract/contractRule.ts";
import { review } from "../../src/review/report/review.ts";
import {
    addExchange,
    addParameter,
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
    removeParameter,
    removePolicy,
    removeQueue,
    set,
    unbindKey,
    uncap,
    unset,
    without,
} from "../checks/edits.ts";
import { type ValidTopologyName, validTopologies } from "../checks/mutation/validTopologies.ts";
import { destructiveEdits } from "./destructiveEdits.ts";
import { harmlessEdits } from "./harmlessEdits.ts";

const spot = ["spot on 4.3", "spot on 4.0", "spot in prod"] as const;
const others = ["orders"] as const;

/** What a service publishes, otherwise. */
function publishing(service: string, message: string, change: Partial<Publication>): Edit {
    return editService(service, ({ publishes }) => ({
        publishes: publishes.map((each) => (each.message === message ? { ...each, ...change } : each)),
    }));
}

/** A queue of dead letters as a classic one. */
function classicDeadLetters(name: string, overflow: string): Edit {
    return all(
        editQueue(name, { type: "classic" }),
        editPolicy(`queue.${name}`, {
            applyTo: "classic_queues",
            definition: { "max-length": 1_000, overflow },
        }),
    );
}

interface Row {
    readonly name: string;
    readonly of: readonly ValidTopologyName[];
    /** What was there before, beyond the topology. @default - nothing more */
    readonly given?: Edit;
    readonly edit: Edit;
    /** Everything that it does to messages, each once: `delete queue: queue.deleted, lost`. */
    readonly costs: readonly string[];
    /** On what services and topology no longer agree. */
    readonly contract?: readonly ContractChangeKind[];
}

const rows: readonly Row[] = [
    {
        name: "a shovel that is deleted",
        of: ["linked"],
        edit: removeParameter("move"),
        costs: ["delete shovel: shovel.deleted, dropped"],
    },
    {
        name: "a shovel from an exchange that is deleted",
        of: ["linked"],
        edit: removeParameter("copy"),
        costs: ["delete shovel: shovel.deleted, dropped"],
    },
    {
        name: "a shovel with another source and destination",
        of: ["linked"],
        edit: addParameter("shovel", "copy", {
            "src-uri": "amqp:///shop",
            "src-exchange": "news",
            "dest-uri": "amqp://far.example.com",
            "dest-queue": "copies",
        }),
        costs: ["update shovel: shovel.moved, dropped"],
    },
    {
        name: "a shovel with another prefetch",
        of: ["linked"],
        edit: addParameter("shovel", "copy", {
            "src-uri": "amqp:///shop",
            "src-exchange": "outbound",
            "dest-uri": "amqp:///shop",
            "dest-queue": "copies",
            "src-prefetch-count": 5,
        }),
        costs: [],
    },
    {
        name: "a new shovel and a new upstream",
        of: ["linked"],
        edit: all(
            addParameter("federation-upstream", "east", { uri: "amqp://east.example.com" }),
            addParameter("shovel", "later", {
                "src-uri": "amqp:///shop",
                "src-queue": "copies",
                "dest-uri": "amqp://far.example.com",
                "dest-queue": "copies",
            }),
        ),
        costs: [],
    },
    {
        name: "an upstream that is deleted",
        of: ["linked"],
        edit: removeParameter("north"),
        costs: ["delete federation upstream: federation.lost, dropped"],
    },
    {
        name: "a set of upstreams without one of them",
        of: ["linked"],
        edit: addParameter("federation-upstream-set", "both", [{ upstream: "north" }]),
        costs: ["update federation upstream set: federation.lost, dropped"],
    },
    {
        name: "a policy of an exchange that no longer names an upstream",
        of: ["linked"],
        edit: removePolicy("news"),
        costs: ["delete policy: federation.lost, dropped"],
    },
    {
        name: "another queue type",
        of: spot,
        edit: editQueue("notifications.status", { type: "quorum" }),
        costs: [
            "replace queue: queue.replaced, lost",
            "replace queue: queue.unboundDuringReplacement, dropped",
        ],
    },
    {
        name: "a queue's argument more",
        of: spot,
        edit: editQueue("result-processor", { arguments: { "x-single-active-consumer": true } }),
        costs: [
            "replace queue: queue.replaced, lost",
            "replace queue: queue.unboundDuringReplacement, dropped",
        ],
    },
    {
        name: "a queue's argument with another value",
        of: ["telemetry"],
        edit: editQueue("readings.live", { arguments: { "x-max-length": 600 } }),
        costs: [
            "replace queue: queue.replaced, lost",
            "replace queue: queue.unboundDuringReplacement, dropped",
        ],
    },
    {
        name: "another exchange type",
        of: spot,
        edit: editExchange("spot.rpc", { type: "topic" }),
        costs: ["replace exchange: exchange.replaced, dropped"],
    },
    {
        name: "an internal exchange",
        of: others,
        edit: editExchange("orders.dead", { internal: true }),
        costs: ["replace exchange: exchange.replaced, dropped"],
    },
    {
        name: "a dead-letter queue less",
        of: spot,
        edit: removeQueue("result-processor.dlq"),
        costs: ["delete binding: binding.parked, delayed", "delete queue: queue.deleted, lost"],
        contract: ["missing"],
    },
    {
        name: "a queue of others less",
        of: others,
        edit: removeQueue("orders.audit"),
        costs: ["delete binding: binding.unroutable, dropped", "delete queue: queue.deleted, lost"],
    },
    {
        name: "an exchange of work less",
        of: spot,
        edit: removeExchange("spot.analysis"),
        costs: ["delete binding: binding.unroutable, dropped", "delete exchange: exchange.deleted, dropped"],
        contract: ["missing", "starved"],
    },
    {
        name: "an exchange of others less",
        of: others,
        edit: removeExchange("orders.dead"),
        costs: ["delete binding: binding.unroutable, dropped", "delete exchange: exchange.deleted, dropped"],
    },
    {
        name: "another virtual host under services",
        of: spot,
        edit: (topology) => ({ ...topology, vhosts: [{ name: "new" }] }),
        costs: ["delete vhost: vhost.deleted, lost"],
        contract: ["missing"],
    },
    {
        name: "another virtual host",
        of: ["orders", "plain"],
        edit: (topology) => ({ ...topology, vhosts: [{ name: "new" }] }),
        costs: ["delete vhost: vhost.deleted, lost"],
    },
    {
        name: "a queue of another name with the same keys",
        of: spot,
        edit: all(
            removeQueue("result-processor"),
            addQueue("results", "quorum", { purpose: "work" }),
            bind("spot.analysis", "results", "analyze.result"),
            bind("spot.retry", "results", "result-processor"),
        ),
        costs: [
            "create binding: binding.moved, reordered",
            "delete binding: binding.moved, reordered",
            "delete queue: queue.renamed, lost",
        ],
        contract: ["missing"],
    },
    {
        name: "a queue of nearly the same name",
        of: others,
        edit: all(removeQueue("orders.paid"), addQueue("orders.payed")),
        costs: ["delete binding: binding.unroutable, dropped", "delete queue: queue.renamed, lost"],
    },
    {
        name: "a queue less, together with its consumer",
        of: ["spot on 4.3", "spot in prod"],
        edit: all(
            removeQueue("notifications.email"),
            editService("notifier", () => ({ consumes: [] })),
        ),
        costs: ["delete binding: binding.narrowed, dropped", "delete queue: queue.deleted, lost"],
        contract: ["removed too early", "unconsumed"],
    },
    {
        name: "a queue with a retry by exchange less, together with its consumer",
        of: ["spot on 4.0"],
        edit: all(
            removeQueue("notifications.email"),
            editService("notifier", () => ({ consumes: [] })),
        ),
        costs: [
            "delete binding: binding.narrowed, dropped",
            "delete binding: binding.parked, delayed",
            "delete queue: queue.deleted, lost",
        ],
        contract: ["removed too early", "unconsumed"],
    },
    {
        name: "a binding less that is still published to",
        of: spot,
        edit: unbindKey("analyze.result"),
        costs: ["delete binding: binding.parked, delayed"],
        contract: ["starved"],
    },
    {
        name: "a narrower key",
        of: spot,
        edit: all(
            unbindKey("analyze.finding.*"),
            bind("spot.analysis", "analyzer-orchestrator.findings", "analyze.finding.links"),
        ),
        costs: ["delete binding: binding.parked, delayed"],
    },
    {
        name: "a binding less, together with its publication",
        of: spot,
        edit: all(
            unbindKey("notify.failed"),
            editService("result-processor", ({ publishes }) => ({
                publishes: publishes.filter(({ message }) => message !== "failed"),
            })),
        ),
        costs: ["delete binding: binding.parked, delayed"],
        contract: ["removed too early"],
    },
    {
        name: "a binding of others less",
        of: others,
        edit: unbindKey("order.paid"),
        costs: ["delete binding: binding.unroutable, dropped"],
    },
    {
        name: "queues without protection",
        of: ["spot in prod", "shop"],
        edit: (topology) => ({
            ...topology,
            queues: topology.queues.map((each) => ({ ...each, retain: false })),
        }),
        costs: ["update queue: queue.unprotected, none"],
    },
    {
        name: "a TTL where there was none",
        of: spot,
        edit: set("result-processor", { "message-ttl": 86_400_000 }),
        costs: ["update policy: ttl.lowered, delayed"],
    },
    {
        name: "a shorter TTL",
        of: spot,
        edit: set("notifications.status", { "message-ttl": 5_000 }),
        costs: ["update policy: ttl.lowered, dropped"],
    },
    {
        name: "queues that expire from now on",
        of: others,
        edit: define("work", (before) => ({ ...before, expires: 60_000 })),
        costs: ["update policy: expiry.lowered, lost"],
    },
    {
        name: "room for fewer messages",
        of: spot,
        edit: set("result-processor", { "max-length": 10 }),
        costs: ["update policy: limit.lowered, delayed"],
    },
    {
        name: "room for fewer bytes",
        of: spot,
        edit: set("unrouted", { "max-length-bytes": 1_000 }),
        costs: ["update policy: limit.lowered, delayed"],
    },
    {
        name: "room for fewer dead letters, which are not published again",
        of: ["spot on 4.3"],
        given: classicDeadLetters("notifications.email.dlq", "reject-publish"),
        edit: set("notifications.email.dlq", { "max-length": 10 }),
        costs: ["update policy: limit.lowered, dropped"],
    },
    {
        name: "room for fewer dead letters, which their queue repeats",
        of: ["spot on 4.3"],
        given: classicDeadLetters("result-processor.dlq", "reject-publish"),
        edit: set("result-processor.dlq", { "max-length": 10 }),
        costs: ["update policy: limit.lowered, delayed"],
    },
    {
        name: "room for fewer dead letters, which a quorum queue takes beyond its limit",
        of: spot,
        edit: set("notifications.email.dlq", { "max-length": 10 }),
        costs: ["update policy: limit.lowered, delayed"],
    },
    {
        name: "a bound where there was none",
        of: others,
        edit: define("dead", (before) => ({ ...before, "max-length-bytes": 5 })),
        costs: ["update policy: limit.lowered, dropped"],
    },
    {
        name: "fewer attempts",
        of: spot,
        edit: set("result-processor", { "delivery-limit": 1 }),
        costs: ["update policy: deliveryLimit.lowered, delayed"],
    },
    {
        name: "a delivery limit where there was none",
        of: spot,
        edit: set("unrouted", { "delivery-limit": 20 }),
        costs: ["update policy: deliveryLimit.lowered, dropped"],
    },
    {
        name: "the broker's own delivery limit instead of none",
        of: spot,
        edit: unset("unrouted", "delivery-limit"),
        costs: ["update policy: deliveryLimit.lowered, dropped"],
    },
    {
        name: "dropping instead of refusing",
        of: spot,
        edit: set("analyzer-orchestrator.rpc", { overflow: "drop-head" }),
        costs: ["update policy: overflow.dropHead, dropped"],
    },
    {
        name: "the default instead of refusing",
        of: others,
        edit: define("work", without("overflow")),
        costs: ["update policy: overflow.dropHead, delayed"],
    },
    {
        name: "dead letters at most once",
        of: spot,
        edit: unset("result-processor", "dead-letter-strategy"),
        costs: ["update policy: deadLetter.atMostOnce, dropped"],
    },
    {
        name: "at-least-once dead letters without effect",
        of: spot,
        edit: set("result-processor", { overflow: "drop-head" }),
        costs: ["update policy: deadLetter.atMostOnce, dropped", "update policy: overflow.dropHead, delayed"],
    },
    {
        name: "dead-lettering removed",
        of: spot,
        edit: unset("notifications.email", "dead-letter-exchange"),
        costs: ["update policy: deadLetter.removed, dropped"],
    },
    {
        name: "a policy above without dead letters",
        of: others,
        edit: addPolicy("emergency", {
            pattern: "^orders\\.paid$",
            precedence: 99,
            definition: { "max-length": 10_000 },
        }),
        costs: ["create policy: deadLetter.removed, dropped", "create policy: overflow.dropHead, dropped"],
    },
    {
        name: "a queue's policy less",
        of: ["spot on 4.3", "spot in prod"],
        given: uncap,
        edit: removePolicy("queue.result-processor"),
        costs: [
            "delete policy: deadLetter.removed, dropped",
            "delete policy: limit.removed, delayed",
            "delete policy: retry.changed, delayed",
        ],
    },
    {
        name: "a policy less of a queue with a retry by exchange",
        of: ["spot on 4.0"],
        given: uncap,
        edit: removePolicy("queue.result-processor"),
        costs: ["delete policy: deadLetter.removed, dropped", "delete policy: limit.removed, delayed"],
    },
    {
        name: "an exchange's policy less",
        of: spot,
        edit: removePolicy("exchange.spot.analysis"),
        costs: ["delete policy: alternate.removed, dropped"],
    },
    {
        name: "a policy of others less",
        of: others,
        edit: removePolicy("work"),
        costs: ["delete policy: deadLetter.removed, dropped", "delete policy: limit.removed, delayed"],
    },
    {
        name: "a queue more",
        of: spot,
        edit: all(addQueue("archive"), bind("spot.analysis", "archive", "analyze.result")),
        costs: [],
    },
    { name: "an exchange more", of: spot, edit: addExchange("spot.new", "topic"), costs: [] },
    {
        name: "more room",
        of: spot,
        edit: set("result-processor", { "max-length": 1_000_000, "max-length-bytes": 10_000_000_000 }),
        costs: [],
    },
    {
        name: "a longer TTL",
        of: spot,
        edit: set("notifications.status", { "message-ttl": 600_000 }),
        costs: [],
    },
    { name: "more attempts", of: spot, edit: set("result-processor", { "delivery-limit": 50 }), costs: [] },
    {
        name: "a policy that is called otherwise",
        of: others,
        edit: editPolicy("work", { name: "jobs" }),
        costs: [],
    },
    {
        name: "refusing instead of dropping",
        of: others,
        edit: define("dead", (before) => ({ ...before, overflow: "reject-publish" })),
        costs: ["update policy: overflow.rejectPublish, delayed"],
    },
    {
        name: "refusing dead letters, which are not published again",
        of: ["spot on 4.3"],
        given: classicDeadLetters("notifications.email.dlq", "drop-head"),
        edit: set("notifications.email.dlq", { overflow: "reject-publish" }),
        costs: ["update policy: overflow.rejectPublish, dropped"],
    },
    {
        name: "a binding that a wider one replaces",
        of: spot,
        edit: all(
            unbindKey("notify.completed"),
            bind("spot.notifications", "notifications.email", "notify.*"),
            bind("spot.notifications", "notifications.webhook", "notify.*"),
        ),
        costs: [],
    },
    {
        name: "another alternate exchange",
        of: spot,
        edit: define("exchange.spot.admin", () => ({ "alternate-exchange": "spot.notifications" })),
        costs: ["update policy: alternate.moved, delayed"],
    },
    {
        name: "more time for consumers that were cut off",
        of: ["spot on 4.3"],
        edit: set("result-processor", { "consumer-disconnected-timeout": 90_000 }),
        costs: ["update policy: disconnectedTimeout.raised, delayed"],
    },
    {
        name: "an upstream less",
        of: others,
        given: define("work", (before) => ({ ...before, "federation-upstream": "abroad" })),
        edit: define("work", without("federation-upstream")),
        costs: ["update policy: federation.changed, delayed"],
    },
    {
        name: "another version of a classic queue",
        of: spot,
        edit: set("notifications.status", { "queue-version": 1 }),
        costs: ["update policy: queueVersion.changed, delayed"],
    },
    {
        name: "a retry less",
        of: ["spot on 4.3"],
        edit: (topology) => ({ ...topology, retries: [] }),
        costs: ["delete retry: retry.deleted, delayed"],
    },
    {
        name: "no replica",
        of: spot,
        edit: editService("result-processor", ({ workload }) => ({
            ...(workload !== undefined && { workload: { ...workload, replicas: 0 } }),
        })),
        costs: ["update service: service.stopped, delayed"],
        contract: ["unconsumed"],
    },
    {
        name: "status updates without persistence",
        of: spot,
        given: publishing("result-processor", "status", { persistent: true }),
        edit: publishing("result-processor", "status", { persistent: false }),
        costs: ["update service: service.transient, dropped"],
    },
    {
        name: "work without the mandatory flag",
        of: spot,
        given: removePolicy("exchange.spot.analysis"),
        edit: publishing("analyzer-orchestrator", "result", { mandatory: false }),
        costs: ["update service: service.notMandatory, dropped"],
    },
    {
        name: "work that expires",
        of: spot,
        edit: publishing("analyzer-orchestrator", "result", { expiration: duration("1 second") }),
        costs: ["update service: service.expiration, delayed"],
    },
    {
        name: "status updates that expire",
        of: spot,
        edit: publishing("result-processor", "status", { expiration: duration("1 second") }),
        costs: ["update service: service.expiration, dropped"],
    },
];

const cases = rows.flatMap((row) => row.of.map((base) => ({ base, ...row })));

function sidesOf(
    { given, edit }: Row,
    base: ValidTopologyName,
): readonly [before: Topology, after: Topology] {
    const before = given === undefined ? validTopologies[base] : given(validTopologies[base]);
    return [before, edit(before)];
}

function reviewed(row: Row, base: ValidTopologyName): ReturnType<typeof review> {
    return review(base, ...sidesOf(row, base));
}

function costsOf(changes: readonly Change[]): readonly string[] {
    const costs = changes.flatMap(({ action, object, effects }) =>
        effects.map(({ consequence, reason }) => `${action} ${object.kind}: ${reason.rule}, ${consequence}`),
    );
    return [...new Set(costs)].sort();
}

describe("what a change costs", () => {
    it.each(Object.entries(validTopologies))("is nothing from %s to itself", (base, topology) => {
        expect(review(base, topology, topology).changes).toEqual([]);
    });

    it.each(cases)("reports $name in $base", ({ base, costs, contract = [], ...row }) => {
        const found = reviewed({ ...row, costs }, base);
        expect(costsOf(found.changes)).toEqual(costs);
        expect([...new Set(found.contract.map(({ kind }) => kind))].sort()).toEqual(contract);
    });

    it("reports it in sentences that a person understands", async () => {
        const sentences = rows.flatMap((row) => {
            const [base = "plain"] = row.of;
            const [worst] = reviewed(row, base).changes;
            const effect = worst?.effects[0];
            return worst === undefined || effect === undefined
                ? []
                : `${row.name}:\n    ${worst.id}: ${effect.reason.text}\n    ${effect.safeWay ?? "nothing to do"}`;
        });
        await expect(`${sentences.join("\n")}\n`).toMatchFileSnapshot("./costSentences.txt");
    });
});

describe("the rules of what a change costs", () => {
    const edits = [
        ...cases.map(({ base, ...row }) => sidesOf(row, base)),
        ...[...destructiveEdits, ...harmlessEdits].map(({ before, after }) => [before, after] as const),
    ];
    const found = new Set(
        edits.flatMap(([before, after]) =>
            review("x", before, after).changes.flatMap(({ effects }) =>
                effects.map(({ reason, consequence }) => `${reason.rule}, ${consequence}`),
            ),
        ),
    );

    it("are all broken in one of these ways, with each of their consequences, and no other is named", () => {
        const listed = effectRules.flatMap(({ id, consequences }) =>
            consequences.map((consequence) => `${id}, ${consequence}`),
        );
        expect([...found].sort()).toEqual([...listed].sort());
    });

    it("have an id, a reason, a source, and a safe way if messages are lost", () => {
        expect(new Set(effectRules.map(({ id }) => id)).size).toBe(effectRules.length);
        for (const { id, consequences, reason, safeWay, source, invariants } of effectRules) {
            expect(id).toMatch(/^[a-zA-Z]+\.[a-zA-Z]+$/u);
            expect(reason, id).toMatch(/^[a-z].*[^.]$/u);
            expect(source, id).toMatch(/^https:\/\//u);
            expect(invariants.length, id).toBeGreaterThan(0);
            const kills = consequences.some((each) => each === "lost" || each === "dropped");
            expect(safeWay !== undefined || !kills, id).toBe(true);
            expect(safeWay ?? "None.", id).toMatch(/^[A-Z"].*\.$/u);
        }
    });
});
