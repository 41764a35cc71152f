import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { destructiveEdits } from "../../packages/topology/tests/review/destructiveEdits.ts";
import { found } from "../unit/found.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { connectTo, fill } from "./support/trialVhost.ts";

const queue = "notifications.webhook";
const deletion = `delete queue spot/${queue}`;
const held = 12;

const edit = found(
    destructiveEdits.find(({ name }) => name === "deletes a queue that is consumed"),
    "the edit that deletes a queue",
);

interface Told {
    readonly verdict: { readonly line: string; readonly toApprove: readonly string[] };
    readonly unapproved: readonly { readonly id: string }[];
    readonly live: readonly { readonly id: string; readonly dying: number; readonly isExact: boolean }[];
    readonly problems: readonly { readonly kind: string; readonly text: string }[];
}

/** What the command says and how it ends, beside a broker that really holds messages. What dies when it is applied: blastRadius.test.ts. */
describe("topology review --broker", () => {
    let stack: TestStack;
    const folder = mkdtempSync(join(tmpdir(), "review-broker-"));
    const file = (name: string): string => join(folder, name);

    beforeAll(async () => {
        stack = await startStack("review-command", "4.3");
        writeFileSync(file("base.json"), writeSnapshot(edit.before, "dev"));
        writeFileSync(file("head.json"), writeSnapshot(edit.after, "dev"));
        const connection = await connectTo(stack, "spot", stack.access.administrator.username);
        await fill(await connection.createConfirmChannel(), queue, held);
        await connection.close();
    });

    afterAll(async () => {
        rmSync(folder, { recursive: true, force: true });
        await stack.remove();
    });

    async function review(
        approvals: readonly object[],
    ): Promise<{ readonly exitCode: number; readonly told: Told }> {
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
        return { exitCode, told: JSON.parse(output) as Told }; // what the command wrote
    }

    /** Everything that the change asks for, and so many messages of the queue. */
    async function approved(messages?: number): Promise<readonly object[]> {
        const { told } = await review([]);
        return told.verdict.toApprove.map((change) => ({
            change,
            reason: "Nobody is notified by webhook any more.",
            ...(change === deletion && messages !== undefined && { messages }),
        }));
    }

    it("fails if messages would be lost without approval, and reports how many", async () => {
        // The broker's numbers are some seconds old.
        const { exitCode, told } = await eventually("the numbers of the queue", async () => {
            const run = await review([]);
            return run.told.live.some(({ dying }) => dying === held) ? run : undefined;
        });
        expect(exitCode).toBe(1);
        expect(told.verdict.line).toBe(`${edit.line}; ${held} messages would be lost now; not approved`);
        expect(told.live.filter(({ dying }) => dying > 0)).toMatchObject([
            { id: deletion, dying: held, isExact: true },
        ]);
        expect(told.unapproved.map(({ id }) => id)).toEqual(told.verdict.toApprove);
    });

    it.each<{ readonly what: string; readonly messages: number | undefined; readonly covers: string }>([
        { what: "no messages", messages: undefined, covers: "covers no messages" },
        { what: "fewer messages", messages: held - 1, covers: `covers ${held - 1} messages` },
    ])("fails where the approval is of $what", async ({ messages, covers }) => {
        const { exitCode, told } = await review(await approved(messages));
        expect(exitCode).toBe(1);
        expect(told.unapproved).toEqual([{ stack: "dev", id: deletion }]);
        expect(told.problems.map(({ text }) => text)).toEqual([
            `approval of "${deletion}": it ${covers}, but ${held} messages would be lost now; let consumers empty the queue first, or add "messages: ${held}" to the approval`,
        ]);
    });

    it("passes where the approval is of as many messages as there are", async () => {
        const { exitCode, told } = await review(await approved(held));
        expect({ exitCode, unapproved: told.unapproved, problems: told.problems }).toEqual({
            exitCode: 0,
            unapproved: [],
            problems: [],
        });
    });

    it("tells a broker that is down from a change that may be applied", async () => {
        const approvals = await approved(held);
        await stack.docker.getContainer(stack.container("rabbitmq-0")).stop();
        const { exitCode, told } = await review(approvals);
        expect(exitCode).toBe(3);
        expect(told.live).toEqual([]);
        expect(told.problems).toHaveLength(1);
        expect(told.problems[0]).toMatchObject({
            kind: "unreachable",
            text: expect.stringContaining(
                `broker "${stack.access.managementEndpoint}" cannot be reached`,
            ) as unknown,
        });
    });
});
