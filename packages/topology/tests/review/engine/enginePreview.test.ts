import { describe, expect, it } from "vitest";
import type { Topology } from "../../../src/model/index.ts";
import { enginePreview, previewProblems } from "../../../src/review/engine/enginePreview.ts";
import type { Preview } from "../../../src/review/engine/preview.ts";
import { readPreview } from "../../../src/review/engine/readPreview.ts";
import { mergeSteps } from "../../../src/review/engine/step.ts";
import { review } from "../../../src/review/report/review.ts";
import { define, editQueue } from "../../checks/edits.ts";
import { spot } from "../edits.ts";
import { fixture } from "./fixture.ts";

const results = "result-processor";

/** The part of spot's topology in the shortened preview of a replaced queue. */
const base: Topology = {
    ...spot,
    exchanges: spot.exchanges.filter(({ name }) => name === "spot.analysis"),
    queues: spot.queues.filter(({ name }) => name === results),
    bindings: spot.bindings.filter(
        ({ destination, source }) => destination === results && source === "spot.analysis",
    ),
    policies: spot.policies.filter(({ name }) => name === `queue.${results}`),
    operatorPolicies: [],
    users: spot.users.filter(({ name }) => name === results),
    permissions: spot.permissions.filter(({ user }) => user === results),
    topicPermissions: spot.topicPermissions.filter(
        ({ user, exchange }) => user === "analyzer-orchestrator" && exchange !== "spot.replies",
    ),
    services: [],
    retries: [],
};
/** The edit that it previews. */
const head = editQueue(results, { arguments: { "x-max-length": 9 } })(base);
const replaced = ["replaced.events.ndjson", "replaced.digest.json"];

/** The part of a topology that exists on the broker. */
const objectKinds = [
    "vhosts",
    "exchanges",
    "queues",
    "bindings",
    "policies",
    "operatorPolicies",
    "users",
    "permissions",
    "topicPermissions",
] as const satisfies readonly (keyof Topology)[];

function size(topology: Topology): number {
    return objectKinds.reduce((sum, kind) => sum + topology[kind].length, 0);
}

function previewed(preview: Preview, before: Topology, after: Topology) {
    const found = enginePreview("p.json", preview, { changes: review("dev", before, after).changes, after });
    return { ...found, problems: previewProblems(found) };
}

function read(name: string): Preview {
    return readPreview(fixture(name), "p.json");
}

/** The preview with another operation on one of its resources. */
function withOperation(
    preview: Preview,
    name: string,
    operation: Preview["steps"][number]["operation"],
): Preview {
    return {
        ...preview,
        steps: preview.steps.map((each) => (each.name === name ? { ...each, operation } : each)),
    };
}

describe("review and engine", () => {
    it.each(replaced)("agree about a replaced queue, and its binding follows: %s", (name) => {
        const { agreed, follows, disagreements, isFresh, problems } = previewed(read(name), base, head);
        expect({ agreed, follows, disagreements, isFresh, problems }).toEqual({
            agreed: 1,
            follows: 1,
            disagreements: [],
            isFresh: false,
            problems: [],
        });
    });

    it.each(replaced)("disagree when one of them replaces and the other changes in place: %s", (name) => {
        const preview = withOperation(read(name), "spot-queue-result-processor", "update");
        const { disagreements, problems } = previewed(preview, base, head);
        expect(
            disagreements.map(({ kind, review: ours, engine, isFinding }) => [kind, ours, engine, isFinding]),
        ).toEqual([
            ["drift", undefined, "replace", true],
            ["action", "replace", "update", false],
        ]);
        expect(problems[1]).toEqual({
            kind: "note",
            text: 'preview "p.json": queue "result-processor" in vhost "spot" is replaced between base and head, but Pulumi would change it in place: the deployed topology differs from the base',
        });
    });

    it("disagree about a change that only the engine makes, which costs messages or does not", () => {
        const preview = withOperation(
            read("replaced.events.ndjson"),
            "spot-policy-queue.result-processor",
            "update",
        );
        const { problems, unreviewed } = previewed(preview, head, head);
        expect(problems).toEqual([
            {
                kind: "note",
                text: 'preview "p.json": policy "queue.result-processor" in vhost "spot" is the same in base and head, but Pulumi would change it in place: it was changed by hand, or the base was never deployed',
            },
            {
                kind: "note",
                text: 'preview "p.json": queue "result-processor" in vhost "spot" is the same in base and head, but Pulumi would delete it and create it again (settings.arguments, settings.argumentsJson): it was changed by hand, or the base was never deployed',
            },
        ]);
        expect(unreviewed?.review.verdict.toApprove).toEqual(["replace queue spot/result-processor"]);
    });

    it("disagree about a replacement that nothing in the queue explains, which a person must check", () => {
        const { steps, ...rest } = read("replaced.events.ndjson");
        const preview = {
            ...rest,
            steps: steps.map((each) =>
                each.before === undefined || each.after === undefined
                    ? each
                    : { ...each, before: each.after },
            ),
        };
        const { disagreements, unreviewed } = previewed(preview, head, head);
        expect(disagreements.map(({ engine, isFinding }) => [engine, isFinding])).toEqual([
            ["replace", true],
        ]);
        expect(unreviewed).toBeUndefined();
    });

    it.each(replaced)("disagree about a change that only the review sees: %s", (name) => {
        const after = define(`queue.${results}`, (all) => ({ ...all, "max-length": 1 }))(head);
        const { problems, agreed } = previewed(read(name), base, after);
        expect(agreed).toBe(1);
        expect(problems).toEqual([
            {
                kind: "note",
                text: 'preview "p.json": policy "queue.result-processor" in vhost "spot" is changed in place between base and head, but Pulumi does not change it: the change is already deployed, the preview has a --target, or Pulumi\'s state belongs to another branch',
            },
        ]);
    });

    it("find a preview of another commit by what it declares, and by what it does not", () => {
        const after = {
            ...head,
            users: [],
            exchanges: [...head.exchanges, ...spot.exchanges.filter(({ name }) => name === "spot.admin")],
        };
        expect(
            previewed(read("replaced.events.ndjson"), base, after).problems.map(({ text }) => text),
        ).toEqual([
            'preview "p.json": exchange "spot.admin" in vhost "spot" is declared by the head, but not in the preview: the preview belongs to another commit',
            'preview "p.json": user "result-processor" is declared in the preview, but not by the head: the preview belongs to another commit',
        ]);
        // A digest leaves out what does not change.
        expect(previewed(read("replaced.digest.json"), base, head).problems).toEqual([]);
    });

    it("agree about a stack that was never deployed: all is created, and deleted objects never existed", () => {
        const { steps, ...rest } = read("replaced.events.ndjson");
        const fresh = {
            ...rest,
            steps: steps.map((each) => ({
                ...each,
                operation: each.type.startsWith("rabbitmq:") ? ("create" as const) : each.operation,
            })),
        };
        const before = {
            ...base,
            exchanges: [...base.exchanges, ...spot.exchanges.filter(({ name }) => name === "spot.admin")],
        };
        const { isFresh, disagreements, problems } = previewed(fresh, before, head);
        expect({ isFresh, disagreements }).toEqual({ isFresh: true, disagreements: [] });
        expect(problems).toEqual([
            {
                kind: "note",
                text: 'preview "p.json": Pulumi has not deployed this stack yet and would create all of it, so the preview does not show what is deployed',
            },
        ]);
    });

    it("count many disagreements of one kind", () => {
        const { problems } = previewed(read("replaced.events.ndjson"), spot, spot);
        expect(problems.map(({ text }) => text).filter((text) => text.includes("more with"))).toEqual([
            `preview "p.json": and ${size(spot) - size(base) - 5} objects more with the same difference`,
        ]);
    });

    it.each([
        ["failed.digest.json", "failed"],
        ["failed.events.ndjson", "failed"],
    ])("are not compared when the preview failed, and the review fails with it: %s", (name) => {
        const { disagreements, problems } = previewed(read(name), base, head);
        expect(disagreements).toEqual([]);
        expect(problems).toEqual([
            {
                kind: "finding",
                text: 'preview "p.json": the preview failed: Pulumi.dev.yaml cannot be used: - Pulumi.dev.yaml: key "spot-messaging:retryDelay" has the value "5 bananas"; write a duration above zero and below 50 days, such as "30 seconds" or "5 minutes"',
            },
        ]);
    });

    it("are not compared when the preview is cut off, which is reported as unreadable", () => {
        const text = fixture("replaced.events.ndjson");
        const preview = readPreview(text.slice(0, text.length - 60), "p.json");
        const { disagreements, problems } = previewed(preview, base, head);
        expect(disagreements).toEqual([]);
        expect(problems.map(({ kind }) => kind)).toEqual(["unreadable"]);
    });

    it("tell drift that a refresh found", () => {
        const rpc = "analyzer-orchestrator.rpc";
        const same = {
            ...base,
            exchanges: spot.exchanges.filter(({ name }) => name === "spot.rpc"),
            queues: spot.queues.filter(({ name }) => name === rpc),
            bindings: spot.bindings.filter(({ routingKey }) => routingKey === "analysis.status"),
            users: [],
            permissions: [],
            topicPermissions: [],
        };
        const { follows, disagreements } = previewed(read("drifted.events.ndjson"), same, same);
        expect(follows).toBe(1);
        expect(
            disagreements.map(({ kind, object, engine, isFinding }) => [
                kind,
                object.name,
                engine,
                isFinding,
            ]),
        ).toEqual([
            ["drift", "spot.rpc", "replace", false],
            ["drift", "queue.result-processor", "create", false],
        ]);
    });
});

describe("what is not on the broker", () => {
    it("is counted by provider, and a container that is made again is named", () => {
        const { others } = previewed(read("docker.events.ndjson"), { ...base }, base);
        expect(others).toEqual([
            {
                provider: "docker",
                counts: { same: 3, replace: 1 },
                noteworthy: [
                    {
                        resource: 'Container "rabbitmq-docker-node-0"',
                        operation: "replace",
                        text: "is deleted and created again and stops what runs in it",
                    },
                ],
            },
        ]);
    });

    const step = (type: string, operation: "update" | "delete", before?: object, after?: object) => ({
        operation,
        urn: `urn:pulumi:dev::p::${type}::x`,
        stack: "dev",
        type,
        name: "x",
        ...(before !== undefined && { before: { ...before } }),
        ...(after !== undefined && { after: { ...after } }),
        paths: [],
        hasDrifted: false,
    });
    const workload = (image: string, replicas: number) => ({
        spec: { replicas, template: { spec: { containers: [{ image }, { image: "sidecar" }] } } },
    });

    it.each([
        [
            step("kubernetes:apps/v1:Deployment", "update", workload("a:1", 1), workload("a:2", 3)),
            ["image a:1, sidecar -> a:2, sidecar", "replicas 1 -> 3"],
        ],
        [
            step(
                "docker:index/container:Container",
                "update",
                { image: "a" },
                { image: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
            ),
            ["image a -> not known yet"],
        ],
        [step("kubernetes:core/v1:PersistentVolumeClaim", "delete", {}), ["is deleted with its data"]],
        [step("kubernetes:core/v1:ConfigMap", "update", { data: 1 }, { data: 2 }), []],
    ])("names what a reviewer looks for: %#", (each, texts) => {
        const preview: Preview = {
            format: "events",
            steps: mergeSteps([each]),
            diagnostics: [],
            policies: [],
            result: "succeeded",
            skippedLines: 0,
        };
        const { others } = previewed(preview, base, base);
        expect(others.flatMap(({ noteworthy }) => noteworthy.map(({ text }) => text))).toEqual(texts);
        expect(others.map(({ counts }) => counts)).toEqual([{ [each.operation]: 1 }]);
    });
});
