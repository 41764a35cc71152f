import { BrokerUnreachable } from "@spot-messaging/management";
import { describe, expect, it } from "vitest";
import type { Access } from "../../../src/cli/access.ts";
import { passwordHint } from "../../../src/cli/runningStack.ts";
import type { Status } from "../../../src/cli/status.ts";
import { renderMails, renderStatus } from "../../../src/cli/tables.ts";
import { watchStatus } from "../../../src/cli/watchStatus.ts";

const access: Access = {
    managementEndpoint: "http://127.0.0.1:15672",
    administrator: { username: "spot-admin", password: "canary-password" },
    passwords: {},
    gatewayUrl: "http://127.0.0.1:8080",
};

const status: Status = {
    broker: { version: "4.3.6", nodes: 3 },
    queues: [
        { name: "notifications.status", ready: 0, unacknowledged: 0, consumers: 1 },
        { name: "result-processor", ready: 1_250, unacknowledged: 16, consumers: 1 },
        { name: "result-processor.dlq", ready: 2, unacknowledged: 0, consumers: 0 },
    ],
    analyses: { submitted: 7, completed: 5, failed: 1, deadLettered: 2 },
};

describe("the status of a stack", () => {
    it("says what runs, how full it is, where to look, and as whom", () => {
        const shown = renderStatus(status, access, "in .local/dev.access.json");
        expect(shown.split("\n").map((line) => line.trimEnd())).toEqual([
            "queue                 ready  unacknowledged  consumers  dead-lettered",
            "notifications.status      0               0          1              -",
            "result-processor       1250              16          1              2",
            "",
            "RabbitMQ 4.3.6, nodes running: 3",
            "analyses: 7 submitted, 5 completed, 1 failed; 2 messages dead-lettered",
            "management page  http://127.0.0.1:15672/  (user spot-admin, password in .local/dev.access.json)",
            "upload page      http://127.0.0.1:8080/",
            "submit e-mails   curl --data-binary @mail.eml http://127.0.0.1:8080/analyses",
        ]);
        expect(shown).not.toContain("canary-password");
        const problems = [{ kind: "pod", names: ["gateway-1"], problem: "is slow", wayOut: "wait" }];
        expect(
            renderStatus({ ...status, problems }, access, "in .local/dev.access.json")
                .split("\n")
                .slice(-3),
        ).toEqual(["", "Not ready on Kubernetes:", '- pod "gateway-1": is slow; wait']);
    });

    it("has no line about e-mails where no gateway runs", () => {
        const withoutGateway = { ...access, gatewayUrl: null };
        expect(renderStatus(status, withoutGateway, "")).not.toContain("submit e-mails");
    });

    it("says where the password of a stack of the engine is", async () => {
        expect(await passwordHint("nowhere")).toBe(
            "in administrator of: npx pulumi stack output --json --show-secrets --stack nowhere",
        );
    });

    it("shortens a subject that does not fit next to the verdict", () => {
        const analysis = { subject: "x".repeat(80), verdict: "clean", score: 0.1, reasons: ["a\nb"] };
        const [, row = ""] = renderMails([{ name: "a.eml", id: "1", analysis: analysis as never }]).split(
            "\n",
        ); // only what is shown
        expect(row.trimEnd()).toBe(`a.eml   ${"x".repeat(59)}…  clean      0.1  a b`);
    });

    it("is shown again until the process is interrupted, also while the broker restarts", async () => {
        const written: string[] = [];
        const output = {
            isTTY: false,
            write: (text: string) => {
                written.push(text);
                if (written.length === 3) {
                    process.emit("SIGINT");
                }
                return true;
            },
        };
        let reads = 0;
        const read = (): Promise<string> => {
            reads += 1;
            return reads === 2
                ? Promise.reject(new BrokerUnreachable("http://broker", "refused"))
                : Promise.resolve(`status ${reads}`);
        };
        await watchStatus(read, output, 1);
        expect(written[0]).toBe("status 1\n\n");
        expect(written[1]).toMatch(/^status 1\nbroker ".*" cannot be reached/u);
        expect([written[2], written.length, process.listenerCount("SIGINT")]).toEqual(["status 3\n\n", 3, 0]);
    });

    it("ends where the broker does not answer the first time", async () => {
        const error = new BrokerUnreachable("http://broker", "refused");
        await expect(watchStatus(() => Promise.reject(error))).rejects.toBe(error);
    });
});
