import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleProject, exampleProject } from "./exampleProject.ts";
import { topology } from "./topologyRun.ts";

const commands = ["check", "trace", "explain", "list", "top", "review", "snapshot", "comment", "completion"];

/** The commands below "Examples:" in the help of a command, each in one line, without their comments. */
async function examplesOf(command: string): Promise<readonly string[]> {
    const { output } = await topology(command === "" ? ["--help"] : [command, "--help"]);
    const [, block = ""] = /^Examples:\n((?: {2}.*\n)+)/mu.exec(output) ?? [];
    return block
        .replaceAll(/\\\n\s+/gu, "")
        .split("\n")
        .flatMap((line) => line.replace(/ {2,}#.*$/u, "").trim() || []);
}

/** What the program of the examples declares. */
const program = `import { defineConfig } from "@spot-messaging/cli";
import { compile, consume, declare, publish, service, topic, work } from "@spot-messaging/topology";

const shop = declare({
    vhost: "shop",
    exchanges: [topic("orders")],
    queues: [work("orders", { from: "orders", key: "order.created" })],
    services: [
        service("till", { publishes: [publish("order", { to: "orders", key: "order.created" })] }),
        service("billing", { consumes: [consume("orders", { message: "order" })], inspects: ["orders.dlq"] }),
    ],
});

export default defineConfig({ stacks: ["dev", "prod"], topologyOf: () => compile(shop, "4.3") });
`;

let project: ExampleProject;

beforeAll(async () => {
    project = await exampleProject(program);
}, 120_000);

afterAll(async () => {
    await project.remove();
});

const examples = await Promise.all(
    ["", ...commands].map(async (each) => [each, await examplesOf(each)] as const),
);

describe("the help", () => {
    it.each(["", ...commands])("of topology %s fits a terminal of 80 columns", async (command) => {
        const { output } = await topology(command === "" ? ["--help"] : [command, "--help"]);
        expect(output.split("\n").filter((line) => line.length > 80)).toEqual([]);
    });

    it.each(examples)("of topology %s has examples, and each names a command", (command, lines) => {
        expect(lines.length).toBeGreaterThanOrEqual(2);
        for (const line of lines) {
            expect(line).toMatch(new RegExp(`\\btopology ${command}`, "u"));
        }
    });

    const all = examples.flatMap(([, lines]) => lines);
    // A review asks a broker only about what is deleted, which is nothing here.
    const isLocal = (line: string): boolean =>
        /review --base origin/u.test(line) || !/https:|topology comment|topology top/u.test(line);

    it.each(all.filter(isLocal))("shows what works: %s", { timeout: 60_000 }, async (line) => {
        await mkdir(join(project.folder, ".config/fish/completions"), { recursive: true });
        // Each script is for its own shell.
        const { exitCode, errors } = await project.run(line.replace(/^eval "\$\((.*)\)"$/u, "$1"));
        expect(errors).toBe("");
        // Definitions of a shop in which much is wrong, as the sentence of the command says.
        expect(exitCode).toBe(/check .*(?:definitions|--file -)/u.test(line) ? 1 : 0);
    });

    const unreachable = /cannot be reached/u;
    it.each(all.filter((line) => !isLocal(line)))(
        "shows a command that works once its broker or code host answers: %s",
        { timeout: 60_000 },
        async (line) => {
            const { exitCode, output, errors } = await project.run(line);
            // Understood up to the place where a broker, or a token, is needed.
            const reason = /^topology top$/u.test(line)
                ? /stack "dev": topology.config.ts has no brokerOf/u
                : line.includes("topology comment")
                  ? /GIT(?:HUB|LAB)_TOKEN|pull request: its number is missing/u
                  : unreachable;
            expect([exitCode, output]).toEqual([reason === unreachable ? 3 : 2, ""]);
            expect(errors).toMatch(reason);
        },
    );
});
