import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

let copy: string;

beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "spot-copy-"));
    const files = (await readdir(projectRoot)).filter((name) =>
        /^(?:Pulumi.*|package(?:-lock)?|tsconfig|topology\.config)\.(?:yaml|json|ts)$/u.test(name),
    );
    for (const name of [...files, "src", "scripts", "topology"]) {
        await cp(join(projectRoot, name), join(copy, name), { recursive: true });
    }
    const modules = join(projectRoot, "node_modules");
    await mkdir(join(copy, "node_modules", "@spot-messaging"), { recursive: true });
    for (const name of (await readdir(modules)).filter((each) => each !== "@spot-messaging")) {
        await symlink(join(modules, name), join(copy, "node_modules", name));
    }
    for (const name of await readdir(join(projectRoot, "packages"))) {
        for (const part of ["package.json", "src"]) {
            await cp(join(projectRoot, "packages", name, part), join(copy, "packages", name, part), {
                recursive: true,
            });
        }
        await symlink(join(copy, "packages", name), join(copy, "node_modules", "@spot-messaging", name));
    }
});

afterAll(async () => {
    await rm(copy, { recursive: true });
});

/** What `topology check` says to GitHub in the copy: `file:line` of each error and warning, and where the declaration of an edit is. */
async function annotations(): Promise<readonly string[]> {
    const output = await new Promise<string>((resolve) => {
        execFile(
            process.execPath,
            ["scripts/topology.mjs", "check", "--stack", "dev", "--github"],
            { cwd: copy },
            (_, stdout, stderr) => {
                resolve(stdout + stderr);
            },
        );
    });
    // A declaration that is not possible is an error instead of a finding, at the same location.
    return [...output.matchAll(/^(?:::(?:error|warning) file=([^,]*),line=(\d+),|([^:\s]+):(\d+): )/gmu)].map(
        ([, file, line, errorFile, errorLine]) => `${file ?? errorFile ?? ""}:${line ?? errorLine ?? ""}`,
    );
}

const folder = "src/topology/";

/** A mistake: the file, the text, its replacement, and the text of the line that must change. */
const mistakes: readonly (readonly [
    title: string,
    file: string,
    before: string,
    after: string,
    wanted: string,
])[] = [
    [
        "deletes a key of two queues",
        "notifications.ts",
        "keys.failed, keys.alert]",
        "keys.failed]",
        'analysis.ts: publish("alert"',
    ],
    [
        "mistypes the key of a queue",
        "analysis.ts",
        "{ from, key: keys.result, bound }",
        '{ from, key: "analyse.result", bound }',
        "analysis.ts: work(services.resultProcessor",
    ],
    [
        "mistypes the key of a publication",
        "analysis.ts",
        'publish("result", { to, key: keys.result })',
        'publish("result", { to, key: "analyse.result" })',
        'analysis.ts: publish("result"',
    ],
    [
        "mistypes the key of a call",
        "analysis.ts",
        "key: keys.rpcStatus, timeout }",
        'key: "analysis.state", timeout }',
        'analysis.ts: call("status"',
    ],
    [
        "forgets a consumer",
        "analysis.ts",
        'consume(orchestratorQueues.findings, { message: "finding", prefetch: 64 }),',
        "",
        "analysis.ts: work(orchestratorQueues.findings",
    ],
    [
        "forgets the consumer of commands",
        "notifications.ts",
        "consumeCommands(services.notifier),",
        "",
        "notifications.ts: service(services.notifier",
    ],
    [
        "adds a queue without consumer",
        "analysis.ts",
        "work(services.resultProcessor, {",
        'work("archive", { from, key: keys.result, bound }),\n        work(services.resultProcessor, {',
        'analysis.ts: work("archive"',
    ],
    [
        "adds a queue without publisher",
        "notifications.ts",
        "transient(statusQueue, {",
        'work("audit", { from, key: "notify.audit", bound: { messages: 1, size: "1 MiB" } }),\n        transient(statusQueue, {',
        'notifications.ts: work("audit"',
    ],
    [
        "consumes one message from two queues",
        "analysis.ts",
        '{ message: "finding", prefetch: 64 }',
        '{ message: "request", prefetch: 64 }',
        "analysis.ts: consume(orchestratorQueues.request",
    ],
    [
        "publishes work without mandatory",
        "analysis.ts",
        'publish("request", { to, key: keys.request, urgency: true })',
        'publish("request", { to, key: keys.request, urgency: true, mandatory: false })',
        'analysis.ts: publish("request"',
    ],
    [
        "publishes work that is not persistent",
        "analysis.ts",
        'publish("finding", { to, key: keys.finding(name) })',
        'publish("finding", { to, key: keys.finding(name), persistent: false })',
        'analysis.ts: publish("finding"',
    ],
    [
        "has a larger prefetch than the queue's length",
        "notifications.ts",
        'message: "status", prefetch: 200',
        'message: "status", prefetch: 20_000',
        "notifications.ts: consume(statusQueue",
    ],
    [
        "consumes without a prefetch limit",
        "analysis.ts",
        '{ message: "result", prefetch: 16 }',
        '{ message: "result", prefetch: 0 }',
        "analysis.ts: consume(services.resultProcessor",
    ],
    [
        "publishes with a wildcard",
        "analysis.ts",
        'publish("completed", { to: exchanges.notifications, key: keys.completed })',
        'publish("completed", { to: exchanges.notifications, key: "notify.*" })',
        'analysis.ts: publish("completed"',
    ],
    [
        "sends to an exchange that does not exist",
        "analysis.ts",
        'publish("failed", { to: exchanges.notifications',
        'publish("failed", { to: "spot.notification"',
        'analysis.ts: publish("failed"',
    ],
    [
        "names an alternate exchange that does not exist",
        "analysis.ts",
        "topic(exchanges.analysis, { alternate: exchanges.unrouted })",
        'topic(exchanges.analysis, { alternate: "spot.unroute" })',
        "analysis.ts: topic(exchanges.analysis",
    ],
    [
        "binds to an exchange that does not exist",
        "notifications.ts",
        "from,\n                key: keys.status,",
        'from: "spot.notification",\n                key: keys.status,',
        "notifications.ts: transient(statusQueue",
    ],
    [
        "makes the operator an administrator",
        "operations.ts",
        'redrives: true,\n                tags: ["monitoring"]',
        'redrives: true,\n                tags: ["administrator"]',
        "operations.ts: service(services.operator",
    ],
];

describe("a mistake in spot's topology", () => {
    it.each(mistakes)("is found at its declaration: %s", async (_, file, before, after, wanted) => {
        const path = join(copy, folder, file);
        const original = await readFile(path, "utf8");
        expect(original.split(before)).toHaveLength(2);
        await writeFile(path, original.replace(before, after));
        const [, wantedFile = "", wantedText = ""] = /^(\S+): (.*)$/u.exec(wanted) ?? [];
        const lines = (await readFile(join(copy, folder, wantedFile), "utf8")).split("\n");
        const found = await annotations();
        await writeFile(path, original);
        const line = lines.findIndex((each) => each.includes(wantedText)) + 1;
        expect(found).toContain(`${folder}${wantedFile}:${line}`);
    });
});
