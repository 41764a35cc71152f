import { binding, type Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { found } from "../../../../tests/unit/found.ts";
import { policyOf, spot, withBinding } from "../../../topology/tests/review/edits.ts";
import { fixture } from "../../../topology/tests/review/engine/fixture.ts";
import { casePath, topology } from "../topologyRun.ts";
import { fakeBrokers, queueCounts } from "./fakeBrokers.ts";
import { replaced, replacedLine } from "./replacedQueue.ts";
import { type ReviewProject, reported, reviewProject, summary } from "./reviewProject.ts";

let project: ReviewProject;
const brokers = fakeBrokers();

beforeEach(() => {
    project = reviewProject();
    project.snapshot("dev", spot);
    project.write("after.json", writeSnapshot(replaced, "dev"));
});

afterEach(() => {
    project.remove();
    brokers.close();
});

const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };

describe("the engine's preview", () => {
    const request = { base: "topology/dev.json", head: "after.json" };

    it.each([["replaced.digest.json"], ["replaced.events.ndjson"]])("is merged: %s", async (name) => {
        project.write("preview", fixture(name));
        const report = await reported({ ...request, preview: "preview" });
        expect(report.outcome.exitCode).toBe(1);
        expect(report.stacks[0]?.engine).toMatchObject({
            source: "preview",
            format: name.includes("digest") ? "digest" : "events",
            result: "succeeded",
        });
        const piped = await reported({ ...request, preview: "-" }, { stdin: fixture(name) });
        expect(piped.stacks[0]?.engine?.source).toBe("standard input");
    });

    it.each([
        ["", 'file "none" does not exist; check the path', "none"],
        ["", "preview: is empty; read what pulumi wrote to standard error", "preview"],
        ["{}", 'preview "preview" is JSON, but neither a preview\'s digest nor its events; ', "preview"],
    ])("is reported with exit code 2 if it cannot be read: %j", async (text, problem, file) => {
        project.write("preview", text);
        const report = await reported({ ...request, preview: file });
        expect(report.outcome.exitCode).toBe(2);
        expect(summary(report).problems).toEqual([expect.stringContaining(`unreadable ${problem}`)]);
        expect(summary(report).stacks).toEqual([`compared ${replacedLine}`]);
    });

    it("must be of a stack that is reviewed", async () => {
        project.write("preview", fixture("replaced.digest.json"));
        project.snapshot("prod", replaced);
        const report = await reported({
            base: "topology/prod.json",
            head: "topology/prod.json",
            preview: "preview",
        });
        expect(summary(report).problems).toEqual([
            'unreadable preview "preview" belongs to stack "dev", but "prod" is reviewed; pass the preview of the same stack',
        ]);
    });

    describe("of more, or less, than the change", () => {
        const same = { base: "topology/dev.json", head: "topology/dev.json", preview: "preview" };

        function digest(...steps: readonly object[]): void {
            project.write("preview", JSON.stringify({ steps, changeSummary: { same: 150 } }));
        }

        function step(op: string, type: string, name: string, sides: object): object {
            return { op, urn: `urn:pulumi:dev::spot-messaging::rabbitmq:index/${type}::${name}`, ...sides };
        }

        const old = step("delete", "queue:Queue", "spot-queue-old", {
            oldState: {
                inputs: {
                    vhost: "spot",
                    name: "old",
                    settings: { durable: true, argumentsJson: '{"x-queue-type":"quorum"}' },
                },
            },
        });

        it("does not block a change that is already deployed", async () => {
            digest();
            const after = withBinding(binding("spot", "spot.admin", "result-processor", "admin.#"))(spot);
            project.write("after.json", writeSnapshot(after, "dev"));
            const { exitCode, problems } = summary(await reported({ ...request, preview: "preview" }));
            expect(exitCode).toBe(0);
            expect(problems).toEqual([
                expect.stringMatching(/^note preview "preview": binding .*: the change is already deployed/u),
            ]);
        });

        it("needs approval for what it destroys, like a change of the topology", async () => {
            digest(old);
            const report = await reported(same);
            expect(summary(report)).toEqual({
                exitCode: 1,
                stacks: [
                    'compared dev: no changes; by Pulumi alone: 1 DELETE, messages are lost: queue "old" is deleted',
                ],
                problems: [expect.stringMatching(/^note preview "preview": queue "old" /u)],
            });
            const { output } = await topology([
                "review",
                ...["--base", same.base],
                ...["--head", same.head],
                ...["--preview", same.preview],
            ]);
            expect(output).toContain('  - change: "delete queue spot/old"');
            project.write(
                "agreed.yaml",
                'approved:\n  - change: delete queue spot/old\n    reason: "drained"\n',
            );
            expect(summary(await reported({ ...same, approvals: "agreed.yaml" })).exitCode).toBe(0);
        });

        it("has its messages counted, which an approval does not cover by itself", async () => {
            digest(old);
            project.write(
                "agreed.yaml",
                'approved:\n  - change: delete queue spot/old\n    reason: "drained"\n',
            );
            const url = await brokers.start(() => queueCounts(5, "old"));
            const report = await reported({ ...same, broker: url, approvals: "agreed.yaml" }, { env });
            expect(summary(report).exitCode).toBe(1);
            expect(report.stacks[0]?.review.verdict.line).toContain("5 messages would be lost now");
        });

        it("needs it, too, where a policy is to let messages expire", async () => {
            const { pattern, definition, precedence, applyTo } = found(
                spot.policies.find(({ name }) => name === "queue.notifications.status"),
                "the policy",
            );
            const inputs = (values: Topology["policies"][number]["definition"]): object => ({
                inputs: {
                    vhost: "spot",
                    name: "queue.notifications.status",
                    policy: {
                        pattern,
                        priority: precedence,
                        applyTo,
                        definition: values,
                    },
                },
            });
            digest(
                step("update", "policy:Policy", "spot-policy-queue.notifications.status", {
                    oldState: inputs({ ...definition, "message-ttl": 600_000_000 }),
                    newState: inputs(definition),
                }),
            );
            expect(summary(await reported(same))).toMatchObject({
                exitCode: 1,
                stacks: [expect.stringContaining("by Pulumi alone: 1 to change, messages are dropped")],
            });
        });
    });

    it("finds its stack among several", async () => {
        project.snapshot("prod", spot);
        project.commit();
        project.write("preview", fixture("replaced.digest.json"));
        const report = await reported({ base: "main", preview: "preview" });
        expect(report.stacks.map(({ stack, engine }) => [stack, engine?.source])).toEqual([
            ["dev", "preview"],
            ["prod", undefined],
        ]);
    });
});

describe("a change that an import applies", () => {
    const [base, head] = [casePath("changedByImport.base"), casePath("changedByImport.head")];

    it("replaces no queue and deletes no binding", async () => {
        const provider = await reported({ base, head }, { env });
        expect(provider.outcome.exitCode).toBe(1);
        expect(summary(await reported({ base, head, via: "import" }, { env }))).toEqual({
            exitCode: 0,
            stacks: ["compared topology: no changes"],
            problems: [
                'note stack "topology": an import leaves queue "jobs" in vhost "/" as it is: it exists already and keeps its former settings',
            ],
        });
    });

    it("updates policies and users, and names what it ignores", async () => {
        const before = { ...spot, policies: [policyOf("own", { "max-length": 5 })] };
        const changed = { ...before, queues: [], policies: [policyOf("own", { "max-length": 3 })] };
        const one = { ...before, queues: before.queues.slice(0, 1) };
        project.write("one.json", writeSnapshot(one, "dev"));
        project.write("two.json", writeSnapshot(changed, "dev"));
        const report = await reported({ base: "one.json", head: "two.json", via: "import" }, { env });
        expect(report.stacks[0]?.review.changes.map(({ id: change }) => change)).toEqual([
            "update policy spot/own",
        ]);
        expect(report.provenance.command).toBe(
            "npx topology review --base one.json --head two.json --via import",
        );
        expect(report.stacks[0]?.problems.map(({ text }) => text)).toEqual([
            `stack "dev": an import leaves queue "${one.queues[0]?.name ?? ""}" in vhost "spot" as it is: it is not deleted`,
        ]);
    });
});

it("tells objects apart whose names contain slashes", async () => {
    const [base, head] = [casePath("slashesInNames.base"), casePath("slashesInNames.head")];
    const { output } = await topology(["review", "--base", base, "--head", head, "--markdown"]);
    const lines = output.split("\n").filter((line) => line.startsWith("  - change:"));
    expect(lines.map((line) => line.trim())).toEqual([
        '- change: "delete queue \\"a/b\\"/c"',
        '- change: "delete queue a/b/c"',
    ]);
});
