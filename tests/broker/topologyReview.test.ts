import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { review } from "../../packages/topology/src/review/report/review.ts";
import { declared, spot } from "../../packages/topology/tests/review/edits.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { connectTo, fill } from "./support/trialVhost.ts";

const queue = "notifications.webhook";
const deletion = `delete queue spot/${queue}`;
const held = 12;

/** A queue is deleted with everything that uses it, so that the check finds no error. */
const after = declared((all) => ({
    ...all,
    queues: all.queues.filter(({ name }) => name !== queue),
    services: all.services.map((each) => ({
        ...each,
        consumes: each.consumes.filter((one) => one.queue !== queue),
        inspects: each.inspects.filter((name) => name !== `${queue}.dlq`),
    })),
}));
const { verdict } = review("dev", spot, after);

interface ReviewOutput {
    readonly verdict: { readonly line: string; readonly toApprove: readonly string[] };
    readonly unapproved: readonly { readonly id: string }[];
    readonly live: readonly Readonly<Record<string, unknown>>[];
    readonly problems: readonly { readonly kind: string; readonly text: string }[];
}

/** Output and exit code of the command for a broker that holds messages. For the messages lost by applying the change, see blastRadius.test.ts. */
describe("topology review --broker", () => {
    let stack: TestStack;
    const folder = mkdtempSync(join(tmpdir(), "review-broker-"));
    const file = (name: string): string => join(folder, name);

    beforeAll(async () => {
        stack = await startStack("review-command", "4.3");
        writeFileSync(file("base.json"), writeSnapshot(spot, "dev"));
        writeFileSync(file("head.json"), writeSnapshot(after, "dev"));
        const connection = await connectTo(stack, "spot", stack.access.administrator.username);
        await fill(await connection.createConfirmChannel(), queue, held);
        await connection.close();
    });

    afterAll(async () => {
        rmSync(folder, { recursive: true, force: true });
        await stack.remove();
    });

    async function reviewed(
        approvals: readonly object[],
    ): Promise<{ readonly exitCode: number; readonly report: ReviewOutput }> {
        writeFileSync(file("approvals.yaml"), JSON.stringify({ approved: approvals }));
        const { managementEndpoint, passwords } = stack.access;
        const { exitCode, output } = await topology(
            [
                ...["review", "--base", file("base.json"), "--head", file("head.json"), "--json"],
                ...["--approvals", file("approvals.yaml")],
                ...["--broker", managementEndpoint.replace("http://", "http://monitoring@")],
            ],
            { env: { TOPOLOGY_BROKER_PASSWORD: passwords["monitoring"] ?? "" } },
        );
        return { exitCode, report: JSON.parse(output) as ReviewOutput }; // what the command wrote
    }

    /** Approvals of everything in the change, for a number of messages in the queue. */
    async function approved(messages?: number): Promise<readonly object[]> {
        const { report } = await reviewed([]);
        return report.verdict.toApprove.map((change) => ({
            change,
            reason: "No user is notified by webhook.",
            ...(change === deletion && messages !== undefined && { messages }),
        }));
    }

    it("fails if messages would be lost without approval, and reports how many", async () => {
        // The broker's numbers are some seconds old.
        const { exitCode, report } = await eventually("the numbers of the queue", async () => {
            const run = await reviewed([]);
            return run.report.live.some((numbers) => numbers["dying"] === held) ? run : undefined;
        });
        expect(exitCode).toBe(1);
        expect(report.verdict.line).toBe(`${verdict.line}; ${held} messages would be lost now; not approved`);
        expect(report.live.filter((numbers) => numbers["dying"] !== 0)).toMatchObject([
            { id: deletion, ["dying"]: held, isExact: true },
        ]);
        expect(report.unapproved.map(({ id }) => id)).toEqual(report.verdict.toApprove);
    });

    it.each<{ readonly what: string; readonly messages: number | undefined; readonly covers: string }>([
        { what: "no messages", messages: undefined, covers: "covers no messages" },
        { what: "fewer messages", messages: held - 1, covers: `covers ${held - 1} messages` },
    ])("fails if the approval covers $what", async ({ messages, covers }) => {
        const { exitCode, report } = await reviewed(await approved(messages));
        expect(exitCode).toBe(1);
        expect(report.unapproved).toEqual([{ stack: "dev", id: deletion }]);
        expect(report.problems.map(({ text }) => text)).toEqual([
            `approval of "${deletion}": it ${covers}, but ${held} messages would be lost now; let consumers empty the queue first, or add "messages: ${held}" to the approval`,
        ]);
    });

    it("passes if the approval covers all messages", async () => {
        const { exitCode, report } = await reviewed(await approved(held));
        expect({ exitCode, unapproved: report.unapproved, problems: report.problems }).toEqual({
            exitCode: 0,
            unapproved: [],
            problems: [],
        });
    });

    it("exits with 3 if the broker is down, even if the change is approved", async () => {
        const approvals = await approved(held);
        await stack.docker.getContainer(stack.container("rabbitmq-0")).stop();
        const { exitCode, report } = await reviewed(approvals);
        expect(exitCode).toBe(3);
        expect(report.live).toEqual([]);
        expect(report.problems).toHaveLength(1);
        expect(report.problems[0]).toMatchObject({
            kind: "unreachable",
            text: expect.stringContaining(
                `broker "${stack.access.managementEndpoint}" cannot be reached`,
            ) as unknown,
        });
    });
});
