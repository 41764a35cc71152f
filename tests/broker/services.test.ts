import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { GetMessage } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gateway } from "../../src/cli/mails/gateway.ts";
import { type Mail, readMail } from "../../src/cli/mails/mail.ts";
import { analyse } from "../../src/cli/mails/submission.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { healthCommand, type Probe } from "../../src/services/runtime/runtime.ts";
import { confirm, connectAs, drain } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/** The folder of CPython's test emails, for more variety. */
function testMailFolder(): string | undefined {
    const script =
        "import os, test.test_email as t; print(os.path.join(os.path.dirname(t.__file__), 'data'))";
    try {
        const folder = execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim();
        return existsSync(folder) ? folder : undefined;
    } catch {
        // Debian's Python comes without its tests.
        return undefined;
    }
}

/**
 * The whole dev stack with its services: on the newest version, and on the oldest one, which needs delay queues instead of delayed retry.
 * Not proved here: the findings of the analyzers, which have their own tests.
 */
describe.each(["4.3", "4.0"] as const)("the services on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let mails: readonly Mail[];
    let url: string;

    beforeAll(async () => {
        stack = await startStack(`services-${version.replace(".", "")}`, version, {
            deployServices: "true",
            retryDelay: "1 second",
            retryAttempts: "3",
        });
        url = `http://127.0.0.1:${stack.ports.gatewayPort}`;
        const testMails = testMailFolder();
        const once = await readMail([
            join(projectRoot, "services", "samples"),
            ...(testMails === undefined ? [] : [testMails]),
        ]);
        const rounds = Math.ceil(200 / once.length);
        mails = Array.from({ length: rounds }, () => once).flat();
    });

    afterAll(async () => {
        await stack.remove();
    });

    /** Messages in all queues of one kind, as the broker knows them now. */
    async function waiting(purpose: "work" | "parking"): Promise<Record<string, number>> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const found: Record<string, number> = {};
        for (const { name } of stack.topology.queues.filter((each) => each.purpose === purpose)) {
            const { messageCount } = await channel.checkQueue(name);
            if (messageCount > 0) {
                found[name] = messageCount;
            }
        }
        await connection.close();
        return found;
    }

    async function parked(queue: string): Promise<readonly GetMessage[]> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const messages = await drain(channel, queue);
        await connection.close();
        return messages;
    }

    it("gives every e-mail a verdict and leaves nothing in a queue", async () => {
        const analysed = await analyse(mails, gateway(url), 60_000, () => undefined);
        expect(mails.length).toBeGreaterThanOrEqual(200);
        expect(analysed.filter(({ analysis }) => analysis?.state !== "completed")).toEqual([]);
        expect(await waiting("work")).toEqual({});
        expect(await waiting("parking")).toEqual({});
        const counts = await gateway(url).counts();
        expect(counts).toMatchObject({
            submitted: mails.length,
            completed: mails.length,
            failed: 0,
            running: 0,
        });
    });

    it("finds what is wrong with the worst of them", async () => {
        const [phishing] = await readMail([join(projectRoot, "services", "samples", "phishing.eml")]);
        const [plain] = await readMail([join(projectRoot, "services", "samples", "plain.eml")]);
        const both = [phishing, plain].filter((mail) => mail !== undefined);
        const [bad, good] = await analyse(both, gateway(url), 30_000, () => undefined);
        expect(bad?.analysis?.verdict).toBe("malicious");
        expect(good?.analysis?.verdict).toBe("clean");
    });

    it("loses nothing when an analyzer is killed with jobs in its hands", async () => {
        const running = analyse(mails.slice(0, 60), gateway(url), 60_000, () => undefined);
        await sleep(300);
        await stack.docker.getContainer(stack.container("analyzer.content-0")).kill({ signal: "SIGKILL" });
        // The engine does not restart what was killed on purpose.
        await stack.docker.getContainer(stack.container("analyzer.content-0")).start();
        const analysed = await running;
        expect(analysed.filter(({ analysis }) => analysis?.state !== "completed")).toEqual([]);
        expect(await waiting("work")).toEqual({});
    });

    it("goes on by itself after a restart of the broker", async () => {
        await stack.docker.getContainer(stack.container("rabbitmq-0")).restart({ t: 30 });
        const consumers = stack.topology.services.flatMap(({ consumes }) =>
            consumes.map(({ queue }) => queue),
        );
        await eventually(
            "a consumer on every queue",
            async () => {
                try {
                    const live = await stack.api.listQueues("spot");
                    const consumed = live.filter((each) => each.consumers > 0).map(({ name }) => name);
                    return consumers.every((queue) => consumed.includes(queue)) ? true : undefined;
                } catch {
                    return undefined;
                }
            },
            90_000,
        );
        const analysed = await analyse(mails.slice(0, 20), gateway(url), 60_000, () => undefined);
        expect(analysed.filter(({ analysis }) => analysis?.state !== "completed")).toEqual([]);
    });

    it("dead-letters invalid messages immediately, with the reason", async () => {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        await confirm(channel, "spot.analysis", "analyze.job.links", "{not json", { persistent: true });
        await connection.close();
        const [dead] = await eventually("the dead letter", async () => {
            const found = await parked("analyzer.links.dlq");
            return found.length > 0 ? found : undefined;
        });
        const headers = dead?.properties.headers as Record<string, string> | undefined;
        expect(dead?.content.toString()).toBe("{not json");
        expect(headers?.["x-spot-source-queue"]).toBe("analyzer.links");
        expect(headers?.["x-spot-service"]).toBe("analyzer.links");
        expect(headers?.["x-spot-error"]).toMatch(/JSON/i);
    });

    it("dead-letters a job that keeps failing, after all its attempts", async () => {
        // Its finding is refused; a refused message of one analysis alone counts as this message's own failure.
        const allowed = stack.topology.topicPermissions.find(
            ({ user, exchange }) => user.startsWith("analyzer.headers") && exchange === "spot.analysis",
        );
        if (allowed === undefined) {
            throw new Error("the topology has no topic permission for the findings of analyzer.headers");
        }
        const { vhost, user, exchange, read, write } = allowed;
        await stack.api.putTopicPermission(vhost, user, { exchange, read, write: "^$" });
        // A channel of the broker remembers a permission for as long as it is busy; new channels ask for it.
        await stack.docker.getContainer(stack.container("analyzer.headers-0")).restart({ t: 20 });
        const job = {
            analysis: "00000000-0000-4000-8000-000000000000",
            analyzer: "headers",
            mail: { inline: Buffer.from("Subject: a\r\n\r\nb\r\n").toString("base64") },
        };
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        await confirm(channel, "spot.analysis", "analyze.job.headers", JSON.stringify(job), {
            persistent: true,
            // No publisher can claim attempts: these are headers of a dead letter, and of a retry.
            headers: {
                "x-delivery-count": 100,
                "x-acquired-count": 100,
                "x-spot-attempt": 3,
                "x-spot-attempt-queue": "analyzer.headers",
                "x-death": [{ queue: "analyzer.headers", reason: "rejected", count: 5 }],
            },
        });
        await connection.close();
        const [dead] = await eventually(
            "the dead letter",
            async () => {
                const found = await parked("analyzer.headers.dlq");
                return found.length > 0 ? found : undefined;
            },
            20_000,
        );
        await stack.api.putTopicPermission(vhost, user, { exchange, read, write });
        const headers = dead?.properties.headers as Record<string, unknown> | undefined;
        expect(headers?.["x-spot-error"]).toMatch(/ACCESS_REFUSED/);
        expect(Number(headers?.["x-spot-attempts"])).toBe(stack.environment.retry.attempts);
    });

    it("fails its readiness probe if a consumer is cancelled, and passes its liveness probe for now", async () => {
        const container = stack.docker.getContainer(stack.container("notifier-0"));
        const probe = async (kind: Probe): Promise<string> => {
            const exec = await container.exec({
                Cmd: [...healthCommand(kind)],
                AttachStdout: true,
                Tty: true,
            });
            const output = await text(await exec.start({ Tty: true }));
            return `${output.trim()} (${(await exec.inspect()).ExitCode ?? "?"})`;
        };
        await eventually("a fit notifier", async () =>
            (await probe("readiness")) === "fit (0)" ? true : undefined,
        );
        await stack.api.deleteQueue("spot", "notifications.status");
        const reason = await eventually("the reason", async () => {
            const output = await probe("readiness");
            return output === "fit (0)" ? undefined : output;
        });
        expect(reason).toMatch(/^queue "notifications\.status" is not being consumed for \d+ s.*\(1\)$/);
        expect(await probe("startup")).toMatch(/\(1\)$/);
        expect(await probe("liveness")).toBe("fit (0)");
    });

    it("says clearly what is missing when a service meets a broker without its topology", async () => {
        const name = stack.container("analyzer.links-0");
        const container = stack.docker.getContainer(name);
        await container.stop({ t: 20 });
        await stack.api.deleteQueue("spot", "analyzer.links");
        await container.start();
        const log = await eventually("the sentence in the log", async () => {
            const lines = (await container.logs({ stdout: true, stderr: true, tail: 20 })).toString("utf8");
            return lines.includes('queue "analyzer.links" does not exist') ? lines : undefined;
        });
        expect(log).toContain("declare the topology first");
        expect(log).not.toContain("Traceback");
    });
});
