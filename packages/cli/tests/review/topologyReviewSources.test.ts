import { fileURLToPath } from "node:url";
import { queue, type Topology, vhost } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { found } from "../../../../tests/unit/found.ts";
import { type FakeAnswer } from "../../../management/tests/fakeBroker.ts";
import { toDefinitions } from "../../../topology/src/definitions/definitions.ts";
import { spot } from "../../../topology/tests/review/edits.ts";
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

const id = "replace queue spot/result-processor";
const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };

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
            await brokers.start((line) =>
                line.startsWith("GET /api/definitions") ? { body: exported(topology) } : queueCounts(3),
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
        const url = await brokers.start((line) =>
            line.startsWith("GET /api/definitions") ? { body: exported(spot) } : queueCounts(3),
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
        const config = fileURLToPath(new URL("../../../../topology.config.ts", import.meta.url));
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
        const config = fileURLToPath(new URL("../../../../topology.config.ts", import.meta.url));
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
        const url = await brokers.start(() => ({ body: exported(spot) }));
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
        { what: "says that the queue is empty", answer: queueCounts(0), exitCode: 0, line: "", problems: [] },
        {
            what: "has more messages than were agreed to",
            answer: queueCounts(3),
            messages: 2,
            exitCode: 1,
            line: "; 3 messages would be lost now",
            problems: [
                `finding approval of "${id}": it covers 2 messages, but 3 messages would be lost now; let consumers empty the queue first, or add "messages: 3" to the approval`,
            ],
        },
        {
            what: "has as many messages as were agreed to",
            answer: queueCounts(3),
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
        const url = await brokers.start(() => answer);
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
        expect(found(brokers.all[0], "the broker").seen.map((each) => each.line.split("?")[0])).toEqual([
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
