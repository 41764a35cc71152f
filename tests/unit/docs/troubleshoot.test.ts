import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleProject, exampleProject } from "../../../packages/cli/tests/exampleProject.ts";
import { fakeBroker } from "../../../packages/management/tests/fakeBroker.ts";
import { projectRoot } from "../../../src/cli/project.ts";

const page = readFileSync(join(projectRoot, "docs/how-to/troubleshoot.md"), "utf8");

/** The messages in the first column: texts of several words, except commands. */
const messages = page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, code = ""]) => code)
    .filter((code) => code.includes(" ") && !/^(?:npm|snapshot) /.test(code));

const program = `import { defineConfig } from "@spot-messaging/cli";
import { compile, declare, topic } from "@spot-messaging/topology";

const shop = declare({ vhost: "shop", exchanges: [topic("shop.events")], queues: [] });

export default defineConfig({ stacks: ["dev"], topologyOf: () => compile(shop, "4.3") });
`;

const commit = "git -c user.name=a -c user.email=a@example.com commit --quiet --allow-empty --message a";

describe("the messages that the page about trouble quotes", () => {
    let project: ExampleProject;
    beforeAll(async () => {
        project = await exampleProject(program);
        project.write("enum/topology.config.ts", `enum Stack { Dev }\n${program}`);
        project.write("alias/topology.config.ts", `import "@/names";\n${program}`);
    }, 120_000);
    afterAll(async () => {
        await project.remove();
    });

    /** What a command prints that does not end well. */
    async function failing(line: string): Promise<string> {
        const { exitCode, output, errors } = await project.run(line);
        expect(exitCode).toBeGreaterThan(0);
        return output + errors;
    }

    async function refusing(status: number): Promise<string> {
        const broker = await fakeBroker(() => ({ status, body: '{"error":"refused"}' }));
        const { output } = await project
            .run(`topology check --definitions ${broker.endpoint.replace("://", "://guest@")} 2>&1`)
            .finally(() => {
                broker.close();
            });
        return output;
    }

    /** A test against a real container engine expects the sentence. */
    function expectedOfEngine(): string {
        return readFileSync(join(projectRoot, "tests/broker/localRun.test.ts"), "utf8");
    }

    /** A test against a real API server expects the sentence. */
    function expectedOfApiServer(): string {
        return readFileSync(join(projectRoot, "tests/kube/kubernetesNeeds.test.ts"), "utf8");
    }

    const producers: Readonly<Record<string, () => string | Promise<string>>> = {
        "does not exist in this folder or a parent folder": () => failing("cd / && topology check"),
        "Node.js only removes types": () => failing("topology check --config enum/topology.config.ts"),
        'Node.js does not read "paths" and "baseUrl" of tsconfig.json': () =>
            failing("topology check --config alias/topology.config.ts"),
        "cannot be reached": () => failing("topology check --definitions https://guest@127.0.0.1:1"),
        "refused GET /api/definitions with 401": () => refusing(401),
        "refused GET /api/definitions with 403": () => refusing(403),
        "is stale": () => failing("echo >> topology/dev.json; topology snapshot --check"),
        "is missing": () => failing("rm topology/dev.json; topology snapshot --check"),
        "new stack": async () => {
            const { output } = await project.run(
                `git rm --quiet -rf topology docs && ${commit} && topology snapshot && topology review --base HEAD`,
            );
            return output;
        },
        "this clone is shallow": () =>
            failing(
                `${commit} && git clone --quiet --depth 1 "file://$PWD" shallow && cd shallow && topology review --base v0.1`,
            ),
        "was not created by a local run": expectedOfEngine,
        "of this machine is in use": expectedOfEngine,
        "cannot run this stack": expectedOfApiServer,
        "does not accept the credentials": expectedOfApiServer,
        "has a certificate that is not trusted": expectedOfApiServer,
    };

    it("are all known here", () => {
        expect([...messages].sort()).toEqual(Object.keys(producers).sort());
    });

    it.each(Object.keys(producers))("are printed word for word: %s", { timeout: 60_000 }, async (message) => {
        expect(await producers[message]?.()).toContain(message);
    });
});
