import { fileURLToPath } from "node:url";
import { binding, queue, type Topology, vhost } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { found } from "../../../tests/unit/found.ts";
import { type FakeAnswer, type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";
import { toDefinitions } from "../../topology/src/definitions/definitions.ts";
import { editQueue } from "../../topology/tests/checks/edits.ts";
import { policyOf, spot, withBinding } from "../../topology/tests/review/edits.ts";
import { fixture } from "../../topology/tests/review/engine/fixture.ts";
import { type ReviewProject, reported, reviewProject, summary } from "./reviewProject.ts";
import { casePath, topology } from "./topologyRun.ts";

let project: ReviewProject;
const brokers: FakeBroker[] = [];

beforeEach(() => {
    project = reviewProject();
    project.snapshot("dev", spot);
    project.write("after.json", writeSnapshot(replaced, "dev"));
});

afterEach(() => {
    project.remove();
    for (const each of brokers.splice(0)) {
        each.close();
    }
});

const replaced = editQueue("result-processor", { arguments: { "x-quorum-initial-group-size": 3 } })(spot);
const id = "replace queue spot/result-processor";
const replacedLine =
    'dev: 1 REPLACE, messages are lost: queue "result-processor": quorum-initial-group-size none -> 3';
const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };

async function broker(answer: (line: string) => FakeAnswer | null): Promise<string> {
    const fake = await fakeBroker(({ line }) => answer(line));
    brokers.push(fake);
    return fake.endpoint.replace("//", "//admin@");
}

/** Definitions as a broker that holds more than the program's export would write them. */
function exported(topology: Topology): string {
    const more: Topology = {
        ...topology,
        vhosts: [...topology.vhosts, vhost("other")],
        queues: [...topology.queues, queue("other", "theirs", "quorum")],
        users: [...topology.users, { name: "guest", tags: ["administrator"] }],
        permissions: [
            ...topology.permissions,
            { user: "guest", vhost: "spot", configure: ".*", write: ".*", read: ".*" },
        ],
    };
    return JSON.stringify({ rabbit_version: "4.3.0", ...toDefinitions(more) });
}

function counts(ready: number, name = "result-processor"): FakeAnswer {
    return {
        body: JSON.stringify({
            page_count: 1,
            page: 1,
            page_size: 500,
            items: [
                {
                    vhost: "spot",
                    name,
                    messages_ready: ready,
                    messages_unacknowledged: 0,
                    consumers: 1,
                },
            ],
        }),
    };
}

describe("a review of files", () => {
    const base = "topology/dev.json";

    it("needs no repository", async () => {
        const report = await reported({ base, head: "after.json" });
        expect(summary(report)).toEqual({ exitCode: 1, stacks: [`compared ${replacedLine}`], problems: [] });
        expect(report.provenance).toMatchObject({
            base: { name: base },
            head: { name: "after.json" },
            command: `npx topology review --base ${base} --head after.json`,
        });
    });

    it("reads one of them from standard input", async () => {
        const stdin = writeSnapshot(replaced, "dev");
        const report = await reported({ base, head: "-" }, { stdin });
        expect(summary(report).stacks).toEqual([`compared ${replacedLine}`]);
        expect(report.provenance.head.name).toBe("standard input");
    });

    it("compares two stacks with each other, under the name of the head", async () => {
        project.snapshot("prod", replaced);
        const report = await reported({ base, head: "topology/prod.json" });
        expect(summary(report).stacks).toEqual([`compared ${replacedLine.replace("dev", "prod")}`]);
    });

    it("compares what two brokers exported, all of it", async () => {
        project.write("one.json", exported(spot));
        project.write("two.json", JSON.stringify({ rabbit_version: "4.3.0", ...toDefinitions(replaced) }));
        const report = await reported({ base: "one.json", head: "two.json" });
        expect(report.stacks.map(({ stack }) => stack)).toEqual(["topology"]);
        expect(report.stacks[0]?.review.changes.map(({ id: change }) => change)).toEqual([
            id,
            "delete vhost other",
            "delete queue other/theirs",
            "delete user guest",
            "delete permission spot/guest",
        ]);
    });

    it("compares what a broker exported with the program's own, as far as both know it", async () => {
        project.write("live.json", exported(spot));
        const report = await reported({ base: "live.json", head: "after.json" });
        expect(report.stacks[0]?.review.changes.map(({ id: change }) => change)).toEqual([id]);
        const reverse = await reported({ base: "after.json", head: "live.json" });
        expect(reverse.stacks[0]?.review.changes.map(({ id: change }) => change)).toEqual([id]);
        project.snapshot("prod", spot);
        project.commit();
        const drift = await reported({ base: "main", head: "live.json", stack: "prod" });
        expect(summary(drift).stacks).toEqual(["compared prod: no changes"]);
        await expect(reported({ base: "main", head: "live.json" })).rejects.toThrow(
            '"live.json" does not name its stack; choose one with --stack: dev, prod',
        );
    });

    it("has no difference if it is a broker that has what is declared, and fails for any difference on request", async () => {
        const stray = { ...spot, queues: [...spot.queues, queue("spot", "stray", "quorum")] };
        const url = async (topology: Topology): Promise<string> =>
            await broker((line) =>
                line.startsWith("GET /api/definitions") ? { body: exported(topology) } : counts(3),
            );
        const compared = async (topology: Topology) =>
            await reported(
                { base: "topology/dev.json", head: await url(topology), expectNoChanges: true },
                { env },
            );
        expect(summary(await compared(spot))).toEqual({
            exitCode: 0,
            stacks: ["compared dev: no changes"],
            problems: [],
        });
        expect(summary(await compared(stray))).toEqual({
            exitCode: 1,
            stacks: ["compared dev: 1 to add, nothing is lost"],
            problems: [
                'finding stack "dev": no difference was expected (--expect-no-changes), but 1 object differs',
            ],
        });
    });

    it("counts the messages of a broker that is one side", async () => {
        const url = await broker((line) =>
            line.startsWith("GET /api/definitions") ? { body: exported(spot) } : counts(3),
        );
        const report = await reported({ base: url, head: "after.json" }, { env });
        expect(summary(report).stacks).toEqual([`compared ${replacedLine}; 3 messages would be lost now`]);
        expect(report.stacks[0]?.live?.isSide).toBe(true);
    });

    it("is refused if a file has a conflict marker or an invalid stack name", async () => {
        project.write("topology/dev.json", writeSnapshot(spot, "dev").replace("{\n", "{\n=======\n"));
        await expect(reported({ base, head: "after.json" })).rejects.toThrow(
            "topology/dev.json: line 2: has the marker of a merge conflict; resolve the conflict in the program, then write the file again with topology snapshot",
        );
        project.write("after.json", writeSnapshot(spot, "../../dev"));
        await expect(reported({ base: "after.json" })).rejects.toThrow(
            'after.json: "stack" is "../../dev", which is not a valid stack name; use letters, digits, ".", "_" and "-"',
        );
    });

    it("tells what another check found, as something to settle", async () => {
        project.write(
            "stale.txt",
            "the committed topology is stale:\n- topology/dev.json\n- a\nwrite it again\n",
        );
        const { exitCode, problems } = summary(await reported({ base, head: base, findings: "stale.txt" }));
        expect({ exitCode, problems }).toEqual({
            exitCode: 1,
            problems: ["finding the committed topology is stale: topology/dev.json; a; write it again"],
        });
    });

    it("reads approvals from the file in --approvals", async () => {
        project.write("agreed.yaml", `approved:\n  - change: ${id}\n    reason: drained\n`);
        const report = await reported({ base, head: "after.json", approvals: "agreed.yaml" });
        expect(summary(report).exitCode).toBe(0);
        await expect(reported({ base, head: "after.json", approvals: "none.yaml" })).rejects.toThrow(
            'file "none.yaml" does not exist; check the path',
        );
    });

    it.each([
        ["two files", "renamed.json", undefined, ["rename component work -> spot"]],
        ["a file and the program", undefined, "dev", ["rename component work -> spot"]],
    ] as const)("finds the new name of a component in %s", async (_, to, stack, toApprove) => {
        project.write("named.json", writeSnapshot(spot, "dev", { name: "work", aliases: [] }));
        project.write("renamed.json", writeSnapshot(spot, "dev", { name: "spot", aliases: [] }));
        const config = fileURLToPath(new URL("../../../topology.config.ts", import.meta.url));
        const report = await reported({
            base: "named.json",
            ...(to !== undefined && { head: to }),
            ...(stack !== undefined && { stack, config }),
        });
        expect(report.stacks[0]?.review.verdict.toApprove).toEqual(toApprove);
    });

    it("finds no name of a component for an import, which has no logical names", async () => {
        project.write("named.json", writeSnapshot(spot, "dev", { name: "work", aliases: [] }));
        project.write("renamed.json", writeSnapshot(spot, "dev", { name: "spot", aliases: [] }));
        const report = await reported({ base: "named.json", head: "renamed.json", via: "import" }, { env });
        expect(report.stacks[0]?.review.changes).toEqual([]);
    });

    it("compares with the program as it declares a stack", async () => {
        const config = fileURLToPath(new URL("../../../topology.config.ts", import.meta.url));
        const report = await reported({ base, stack: "dev", config });
        expect(report.provenance.head.name).toBe("stack dev of the program");
        expect(report.stacks.map(({ stack, state }) => [stack, state])).toEqual([["dev", "compared"]]);
        await expect(reported({ base, stack: "none", config })).rejects.toThrow(
            'stack "none" does not exist; ',
        );
    });
});

describe("a live broker", () => {
    it("is a side of its own", async () => {
        const url = await broker(() => ({ body: exported(spot) }));
        const report = await reported({ base: url, head: "after.json" }, { env });
        expect(summary(report).stacks).toEqual([`compared ${replacedLine}`]);
        expect(report.provenance.base.name).toBe(url);
        await expect(
            reported({ base: "http://admin@127.0.0.1:1", head: "after.json" }, { env }),
        ).rejects.toThrow('broker "http://127.0.0.1:1" cannot be reached');
    });

    const request = { base: "topology/dev.json", head: "after.json" };
    it.each<{
        readonly what: string;
        readonly answer: FakeAnswer;
        readonly messages?: number;
        readonly exitCode: number;
        readonly line: string;
        readonly problems: readonly (string | RegExp)[];
    }>([
        { what: "says that the queue is empty", answer: counts(0), exitCode: 0, line: "", problems: [] },
        {
            what: "has more messages than were agreed to",
            answer: counts(3),
            messages: 2,
            exitCode: 1,
            line: "; 3 messages would be lost now",
            problems: [
                `finding approval of "${id}": it covers 2 messages, but 3 messages would be lost now; let consumers empty the queue first, or add "messages: 3" to the approval`,
            ],
        },
        {
            what: "has as many messages as were agreed to",
            answer: counts(3),
            messages: 3,
            exitCode: 0,
            line: "; 3 messages would be lost now",
            problems: [],
        },
        {
            what: "refuses to count",
            answer: {
                status: 401,
                body: JSON.stringify({ error: "not_authorised", reason: "canary-password" }),
            },
            exitCode: 2,
            line: "",
            problems: [
                /^unreadable broker "http:\/\/127\.0\.0\.1:\d+" refused GET .* with 401 \(\[secret\]\); check the username and the password$/u,
            ],
        },
        {
            what: "is not RabbitMQ",
            answer: { body: "[]" },
            exitCode: 2,
            line: "",
            problems: [/^unreadable broker .* answered in an unexpected form/u],
        },
    ])("$what", async ({ answer, messages, exitCode, line, problems }) => {
        const covered = messages === undefined ? "" : `    messages: ${messages}\n`;
        project.write("agreed.yaml", `approved:\n  - change: ${id}\n    reason: drained\n${covered}`);
        const url = await broker(() => answer);
        const report = await reported({ ...request, approvals: "agreed.yaml", broker: url }, { env });
        expect(summary(report)).toEqual({
            exitCode,
            stacks: [`compared ${replacedLine}${line}`],
            problems: problems.map((each): unknown =>
                typeof each === "string" ? each : expect.stringMatching(each),
            ),
        });
        expect(report.provenance.command).toBe(
            `npx topology review --base topology/dev.json --head after.json --approvals agreed.yaml --broker ${url}`,
        );
        expect(found(brokers[0], "the broker").seen.map((each) => each.line.split("?")[0])).toEqual([
            "GET /api/queues/spot",
        ]);
    });

    it("that does not answer is reported with exit code 3", async () => {
        const report = await reported({ ...request, broker: "http://admin@127.0.0.1:1" }, { env });
        expect(summary(report)).toEqual({
            exitCode: 3,
            stacks: [`compared ${replacedLine}`],
            problems: [
                expect.stringMatching(
                    /^unreachable broker "http:\/\/127\.0\.0\.1:1" cannot be reached \(.*\); /u,
                ),
            ],
        });
        expect(report.stacks[0]?.live).toBeUndefined();
    });

    it("is not asked where nothing is destroyed", async () => {
        const report = await reported(
            { base: "topology/dev.json", head: "topology/dev.json", broker: "http://admin@127.0.0.1:1" },
            { env },
        );
        expect(summary(report)).toEqual({ exitCode: 0, stacks: ["compared dev: no changes"], problems: [] });
        expect(report.stacks[0]?.live?.broker).toBe("http://127.0.0.1:1");
    });

    it("is one stack's", async () => {
        project.snapshot("prod", spot);
        project.commit();
        await expect(reported({ base: "main", broker: "http://admin@127.0.0.1:1" }, { env })).rejects.toThrow(
            "--broker needs a single stack, but there are several (dev, prod); choose one with --stack",
        );
        await expect(reported({ ...request, broker: "http://127.0.0.1:1" }, { env })).rejects.toThrow(
            'broker "http://127.0.0.1:1": the URL names no user',
        );
    });
});

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
            const url = await broker(() => counts(5, "old"));
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
