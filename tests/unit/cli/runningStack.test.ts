import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { brokerOf, passwordsOf } from "../../../src/cli/runningStack.ts";

const outputs = {
    managementEndpoint: "https://rabbitmq.example.com:15671",
    administrator: { username: "admin", password: "pa55word-of-admin" },
    passwords: { gateway: "pa55word-of-gateway" },
};

/** A command in place of the Pulumi CLI prints the outputs; that the real one does is proved by tests/engine/up.test.ts. */
describe("a stack that the engine runs", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "running-stack-"));
        writeFileSync(
            join(folder, "pulumi"),
            `#!/bin/sh\ntouch '${join(folder, "called")}'\necho '${JSON.stringify(outputs)}'\n`,
        );
        chmodSync(join(folder, "pulumi"), 0o755);
        vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
    });

    afterEach(() => {
        vi.unstubAllEnvs();
        rmSync(folder, { recursive: true, force: true });
    });

    it.each<[string, (folder: string) => string]>([
        ["in an object store", () => "s3://states"],
        ["with Pulumi Cloud", () => "https://api.pulumi.com"],
        [
            "in a folder",
            (parent) => {
                mkdirSync(join(parent, "states"));
                return `file://${join(parent, "states")}`;
            },
        ],
    ])("is found where its state is %s", async (_, url) => {
        vi.stubEnv("PULUMI_BACKEND_URL", url(folder));
        const { managementEndpoint: endpoint, administrator, passwords } = outputs;
        expect(await brokerOf("prod")).toEqual({ endpoint, ...administrator });
        expect(await passwordsOf("prod")).toEqual(passwords);
    });

    it("does not run if the folder of the state does not exist, without a question to the CLI", async () => {
        vi.stubEnv("PULUMI_BACKEND_URL", `file://${join(folder, "states")}`);
        await expect(brokerOf("prod")).rejects.toThrow('stack "prod" does not run here');
        expect(await passwordsOf("prod")).toBeUndefined();
        expect(existsSync(join(folder, "called"))).toBe(false);
    });
});
