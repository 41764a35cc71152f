import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { emptyTopology } from "../../../src/model/emptyTopology.ts";
import { exchange, queue, type Topology } from "../../../src/model/index.ts";
import { enginePreview, previewProblems } from "../../../src/review/engine/enginePreview.ts";
import { readPreview } from "../../../src/review/engine/readPreview.ts";
import { review } from "../../../src/review/report/review.ts";
import { spot } from "../edits.ts";
import { fixture } from "./fixture.ts";

/** What the recorded program declares: one queue, bound to one exchange. */
const head: Topology = {
    ...emptyTopology("4.3"),
    vhosts: [{ name: "spot" }],
    exchanges: [{ ...exchange("spot", "events", "topic") }],
    queues: [{ ...queue("spot", "orders", "quorum") }],
    bindings: [
        {
            vhost: "spot",
            source: "events",
            destination: "orders",
            destinationType: "queue",
            routingKey: "order.created",
            arguments: {},
        },
    ],
};

const urn = "urn:pulumi:dev::spot-messaging::rabbitmq:index";
const oldQueue = `${urn}/queue:Queue::spot-queue-orders`;

interface Row {
    /** What was recorded, and what the broker had after `pulumi up` (Pulumi 3.259, RabbitMQ 4.3.6). */
    readonly measured: string;
    readonly recording: string;
    /** Part of the changes to approve. */
    readonly toApprove: readonly string[];
    /** The beginnings of the problems, without the preview's name. */
    readonly problems: readonly string[];
}

const rows: readonly Row[] = [
    {
        measured: "a queue under a new logical name is deleted with its binding",
        recording: "rename-queue.digest.json",
        toApprove: ["delete queue spot/orders"],
        problems: [
            `note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. The logical name changed from "spot-queue-orders" to "spot-work-orders" without an alias. Pulumi creates "spot-work-orders", which changes nothing on the broker, and then deletes "spot-queue-orders", which is the same object. Add aliases: ["${oldQueue}"] to the options of "spot-work-orders": then Pulumi changes nothing.`,
        ],
    },
    {
        measured: "the same as events",
        recording: "rename-queue.events.ndjson",
        toApprove: ["delete queue spot/orders"],
        problems: ['note: queue "orders" in vhost "spot" does not exist after the update'],
    },
    {
        measured: "an exchange under a new logical name is deleted with its binding",
        recording: "rename-exchange.digest.json",
        toApprove: ["delete exchange spot/events"],
        problems: ['note: exchange "events" in vhost "spot" does not exist after the update'],
    },
    {
        measured: "a binding under a new logical name is deleted",
        recording: "rename-binding.digest.json",
        toApprove: ["delete binding spot/events -> orders (order.created)"],
        problems: [
            'note: binding "events -> orders (order.created)" in vhost "spot" does not exist after the update',
        ],
    },
    {
        measured: "with an alias, nothing changes",
        recording: "rename-alias.digest.json",
        toApprove: [],
        problems: [],
    },
    {
        measured: "a retained queue stays",
        recording: "rename-retained.digest.json",
        toApprove: [],
        problems: [],
    },
    {
        measured: "a protected queue stays: the preview and the update fail",
        recording: "rename-protected.digest.json",
        toApprove: [],
        problems: [
            `finding: the preview failed: "spot-queue-orders": Preview failed: resource "${oldQueue}" cannot be deleted because it is protected.`,
        ],
    },
    {
        measured: "one of two resources for a queue, when removed, deletes the queue",
        recording: "second-removed.digest.json",
        toApprove: ["delete queue spot/orders"],
        problems: [
            `note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. Two resources declared one object, "spot-second-orders" and one that stays: Pulumi deletes the object together with "spot-second-orders". Let Pulumi forget "spot-second-orders" first: pulumi state delete '${urn}/queue:Queue::spot-second-orders'.`,
        ],
    },
    {
        measured: "events name the other resource",
        recording: "second-removed.events.ndjson",
        toApprove: ["delete queue spot/orders"],
        problems: [
            'note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. Two resources declared one object, "spot-second-orders" and "spot-queue-orders"',
        ],
    },
    {
        measured: "a second resource for a queue changes nothing yet",
        recording: "targeted.events.ndjson",
        toApprove: [],
        problems: [
            'note: queue "orders" in vhost "spot" is declared by several resources ("spot-queue-orders", "spot-second-orders"): Pulumi will delete it together with the first of them that is removed. Keep one of them',
        ],
    },
    {
        measured: "a queue replaced by --target-replace is deleted",
        recording: "replace-queue.digest.json",
        toApprove: ["delete queue spot/orders"],
        problems: [
            'note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. Pulumi creates the replacement of "spot-queue-orders" before it deletes the original',
        ],
    },
    {
        measured: "the same as events",
        recording: "replace-queue.events.ndjson",
        toApprove: ["delete queue spot/orders"],
        problems: ['note: queue "orders" in vhost "spot" does not exist after the update'],
    },
    {
        measured: "a binding replaced by --target-replace is deleted",
        recording: "replace-binding.digest.json",
        toApprove: ["delete binding spot/events -> orders (order.created)"],
        problems: [
            'note: binding "events -> orders (order.created)" in vhost "spot" does not exist after the update',
        ],
    },
    {
        measured: "a queue whose replacement was interrupted is deleted",
        recording: "pending-replacement.digest.json",
        toApprove: ["delete queue spot/orders"],
        problems: ['note: queue "orders" in vhost "spot" does not exist after the update'],
    },
    {
        measured:
            "what an interrupted replacement left in the state deletes the queue, which only events show",
        recording: "left-to-delete.events.ndjson",
        toApprove: ["delete queue spot/orders"],
        problems: [
            'note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. An interrupted run left the original of "spot-queue-orders"',
        ],
    },
    {
        measured:
            "with deleteBeforeReplace: false RabbitMQ refuses another queue type, and nothing is deleted",
        recording: "no-delete-before.digest.json",
        toApprove: ["delete queue spot/orders"],
        problems: [
            'note: queue "orders" in vhost "spot" does not exist after the update, although the head declares it. Pulumi creates the replacement',
        ],
    },
    {
        measured: "with another endpoint nothing is created on the new broker",
        recording: "changed-endpoint.digest.json",
        toApprove: [],
        problems: [
            'finding: provider "broker": its endpoint changes (http://rabbitmq.example:15672 -> http://other.example:15672): Pulumi\'s state says that everything is declared already',
        ],
    },
    {
        measured: "a provider under a new logical name changes nothing",
        recording: "renamed-provider.digest.json",
        toApprove: [],
        problems: [],
    },
];

describe("a preview of the real engine", () => {
    it.each(rows)("$measured: $recording", ({ recording, toApprove, problems }) => {
        const preview = readPreview(fixture(`recorded/${recording}`), "p.json");
        const found = enginePreview("p.json", preview, {
            changes: review("dev", head, head).changes,
            after: head,
        });
        const approved = found.unreviewed?.review.verdict.toApprove ?? [];
        expect(approved.filter((each) => /^(?:delete|replace)/u.test(each))).toEqual(toApprove);
        const texts = previewProblems(found).map(
            ({ kind, text }) => `${kind}: ${text.replace('preview "p.json": ', "")}`,
        );
        expect(texts.map((text, index) => text.slice(0, problems[index]?.length))).toEqual(problems);
    });

    it("has the same verdict in any order of its steps", () => {
        for (const { recording, toApprove } of rows.filter((each) =>
            each.recording.endsWith(".digest.json"),
        )) {
            const { steps, ...rest } = JSON.parse(fixture(`recorded/${recording}`)) as { steps: unknown[] }; // a digest
            const preview = readPreview(JSON.stringify({ ...rest, steps: steps.toReversed() }), "p.json");
            const found = enginePreview("p.json", preview, { changes: [], after: head });
            const approved = found.unreviewed?.review.verdict.toApprove ?? [];
            expect(
                approved.filter((each) => /^(?:delete|replace)/u.test(each)),
                recording,
            ).toEqual(toApprove);
        }
    });
});

describe("a preview of spot", () => {
    const previewed = (name: string) => {
        const text = readFileSync(new URL(`../../cases/${name}.preview.json`, import.meta.url), "utf8");
        return enginePreview("p.json", readPreview(text, "p.json"), { changes: [], after: spot });
    };

    it.each([
        ["renamedQueue", ["delete permission spot/notifier", "delete queue spot/result-processor"]],
        [
            "renamedQueueDeleteFirst",
            ["delete permission spot/notifier", "delete queue spot/result-processor"],
        ],
        ["renamedPolicyAndUser", ["delete policy spot/queue.result-processor", "delete user notifier"]],
    ])("needs approval for what a new logical name deletes: %s", (name, toApprove) => {
        const { unreviewed, disagreements } = previewed(name);
        const covered = (unreviewed?.review.causes ?? []).flatMap(({ covers }) => covers);
        expect(covered.filter((each) => each.startsWith("delete")).toSorted()).toEqual(toApprove);
        expect(disagreements.map(({ kind }) => kind)).toEqual(["deletion", "deletion"]);
    });

    it("names volumes that Kubernetes does not make smaller", () => {
        expect(
            previewProblems(previewed("smallerVolumes")).map(({ kind, text }) => `${kind}: ${text}`),
        ).toEqual([
            'finding: preview "p.json": PersistentVolumeClaim "spot-data": its volume gets smaller (50Gi -> 20Gi): Kubernetes refuses that. Keep it as it is, or create a new volume and copy the data',
            'finding: preview "p.json": RabbitmqCluster "rabbitmq": its volumes get smaller (50Gi -> 20Gi): Kubernetes refuses that, and the operator stops applying changes to this cluster until the size is restored (https://github.com/rabbitmq/cluster-operator/pull/658). Keep the size, or move to a new cluster',
        ]);
    });
});
