import { describe, expect, it } from "vitest";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import { exchange, queue, type Topology } from "../../src/model/index.ts";
import { resourceRules } from "../../src/review/changeRules/resource.ts";
import { enginePreview } from "../../src/review/engine/enginePreview.ts";
import { readPreview } from "../../src/review/engine/readPreview.ts";
import {
    type ComparedStack,
    type ReviewedStack,
    reviewStack,
} from "../../src/review/report/reviewedStack.ts";
import { fixture } from "./engine/fixture.ts";

const bound = {
    vhost: "a",
    source: "events",
    destination: "y",
    destinationType: "queue",
    routingKey: "k",
    arguments: {},
} as const;

/** Queue "x" is in both virtual hosts, so that its former name, from before names contained the virtual host, is not certain. */
const topology: Topology = {
    ...emptyTopology("4.3"),
    vhosts: [{ name: "a" }, { name: "c" }],
    exchanges: [exchange("a", "events", "topic")],
    queues: [queue("a", "x", "quorum"), queue("c", "x", "quorum"), queue("a", "y", "quorum")],
    bindings: [bound],
};

function reviewed(
    components: NonNullable<ComparedStack["components"]>,
    { before = topology, after = topology }: { readonly before?: Topology; readonly after?: Topology } = {},
): ReviewedStack {
    return reviewStack({ stack: "dev", before, after, components, hashes: {}, problems: [] });
}

const component = (name: string, ...aliases: readonly string[]) => ({ name, aliases });

const all = [
    "delete binding a/events -> y (k)",
    "delete exchange a/events",
    "delete queue a/x",
    "delete queue a/y",
    "delete queue c/x",
    "delete vhost a",
    "delete vhost c",
    "route a/events k",
];

describe("a review of two snapshots with components", () => {
    it.each<{
        readonly what: string;
        readonly before?: ReturnType<typeof component>;
        readonly after?: ReturnType<typeof component>;
        readonly toApprove: readonly string[];
        readonly covers?: readonly string[];
    }>([
        { what: "equal names delete nothing", before: component("a"), after: component("a"), toApprove: [] },
        {
            what: "a name without an alias deletes every object (measured with Pulumi 3.259)",
            before: component("a"),
            after: component("b"),
            toApprove: ["rename component a -> b"],
            covers: all,
        },
        {
            what: "an alias with another name deletes every object",
            before: component("a"),
            after: component("b", "other"),
            toApprove: ["rename component a -> b"],
            covers: all,
        },
        {
            what: "an alias keeps every object but one whose own alias is not certain (measured with Pulumi 3.259)",
            before: component("a"),
            after: component("b", "other", "a"),
            toApprove: ["rename component a -> b"],
            covers: ["delete queue a/x"],
        },
        {
            what: "an alias keeps every object if the component has no name of a virtual host",
            before: component("one"),
            after: component("two", "one"),
            toApprove: [],
        },
        {
            what: "an alias may be added and removed",
            before: component("a", "b"),
            after: component("a"),
            toApprove: [],
        },
        { what: "a base without a component deletes nothing", after: component("b"), toApprove: [] },
        { what: "a head without a component deletes nothing", before: component("a"), toApprove: [] },
    ])("$what", ({ before, after, toApprove, covers }) => {
        const { review } = reviewed({ ...(before && { before }), ...(after && { after }) });
        expect(review.verdict.toApprove).toEqual(toApprove);
        expect(review.causes.map((each) => each.covers.toSorted())).toEqual(
            covers === undefined ? [] : [covers],
        );
    });

    it("explains a lost object by the rule of the engine, with both names", () => {
        const { review } = reviewed({ before: component("a"), after: component("b") });
        const effects = review.changes.flatMap((each) => (each.object.name === "y" ? each.effects : []));
        expect(effects.find(({ reason }) => reason.rule === resourceRules.renamed.id)).toMatchObject({
            consequence: "lost",
            reason: {
                text: 'the logical name changed from "a-queue-y" to "b-queue-a:y" without an alias. Pulumi creates "b-queue-a:y", which changes nothing on the broker, and then deletes "a-queue-y", which is the same object',
            },
            safeWay:
                'Keep the name "a" of the component, or add aliases: [{ name: "a" }] to its options and "a" to the component\'s aliases in topology.config.ts.',
        });
        expect(review.causes[0]?.title).toBe(
            'component "a" is renamed to "b", without an alias for 7 objects',
        );
    });

    it("does not count the virtual host /, which Pulumi only forgets", () => {
        const root = {
            ...emptyTopology("4.3"),
            vhosts: [{ name: "/" }],
            queues: [queue("/", "x", "quorum")],
        };
        const { review } = reviewed(
            { before: component("one"), after: component("two") },
            { before: root, after: root },
        );
        expect(review.causes.map(({ covers }) => covers)).toEqual([['delete queue "/"/x']]);
    });

    it("keeps the other changes as causes of their own", () => {
        const after = { ...topology, queues: [...topology.queues, queue("a", "new", "quorum")] };
        const { review } = reviewed({ before: component("a"), after: component("b") }, { after });
        expect(review.causes.map(({ id }) => id)).toEqual(["rename component a -> b", "create queue a/new"]);
        expect(review.verdict.toApprove).toEqual(["rename component a -> b"]);
    });

    it("agrees with a preview that deletes the renamed queue", () => {
        const head: Topology = {
            ...emptyTopology("4.3"),
            vhosts: [{ name: "spot" }],
            exchanges: [exchange("spot", "events", "topic")],
            queues: [queue("spot", "orders", "quorum")],
            bindings: [{ ...bound, vhost: "spot", destination: "orders", routingKey: "order.created" }],
        };
        const { review } = reviewed(
            { before: component("spot"), after: component("work") },
            { before: head, after: head },
        );
        const preview = readPreview(fixture("recorded/rename-queue.digest.json"), "p.json");
        const found = enginePreview("p.json", preview, { changes: review.changes, after: head });
        expect(found.unreviewed?.review.verdict.toApprove ?? []).toEqual([]);
        expect(found.agreed).toBeGreaterThan(0);
    });
});
