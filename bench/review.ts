import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { projectRoot } from "../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../src/cli/pulumiCli.ts";
import { generatedTopology } from "../tests/support/generatedTopology.ts";

/**
 * Measures `topology review` for a change in a topology of 5,000 objects, including start-up: at most 1.5 s, and at most 2 % of the
 * engine's preview of the same resources. The preview runs a plain program that declares them in one loop, without dependencies, on an
 * empty stack. Both run in turn; the fastest round counts. Without `pulumi` on PATH, it measures only the review.
 *
 * npm run bench:review [rounds]
 */
const rounds = Number(process.argv[2] ?? 3);
const most = { seconds: 1.5, share: 0.02 };
const stack = "bench";
const { command, origin } = findPulumi();

const before = generatedTopology(1_200, 40);
const after: Topology = {
    ...before,
    queues: before.queues.map((each, index) => (index === 10 ? { ...each, type: "classic" } : each)),
};

const folder = mkdtempSync(join(tmpdir(), "bench-review-"));
const environment = {
    ...pulumiEnvironment("docker"),
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    GIT_AUTHOR_NAME: "bench",
    GIT_AUTHOR_EMAIL: "bench@example.com",
    GIT_COMMITTER_NAME: "bench",
    GIT_COMMITTER_EMAIL: "bench@example.com",
};

function git(...words: readonly string[]): void {
    execFileSync("git", words, { cwd: folder, env: environment, stdio: "ignore" });
}

function commit(topology: Topology): void {
    writeFileSync(join(folder, "topology", `${stack}.json`), writeSnapshot(topology, stack));
    git("add", "topology");
    git("commit", "--message", "bench");
}

/** One resource for each object of the snapshot that the provider supports. */
const program = `
import { readFileSync } from "node:fs";
import * as rabbitmq from "@pulumi/rabbitmq";
const { topology } = JSON.parse(readFileSync("topology/${stack}.json", "utf8"));
for (const { name } of topology.vhosts) new rabbitmq.VHost(name, { name });
for (const { name, tags } of topology.users) new rabbitmq.User(name, { name, password: "bench", tags });
for (const { user, vhost, configure, write, read } of topology.permissions)
    new rabbitmq.Permissions(user, { user, vhost, permissions: { configure, write, read } });
for (const { name, vhost, type, durable } of topology.exchanges)
    new rabbitmq.Exchange(name, { name, vhost, settings: { type, durable } });
for (const { name, vhost, pattern, applyTo, precedence, definition } of topology.policies)
    new rabbitmq.Policy(name, { name, vhost, policy: { pattern, applyTo, priority: precedence, definition } });
for (const { name, vhost, type, durable } of topology.queues)
    new rabbitmq.Queue(name, { name, vhost, settings: { durable, argumentsJson: JSON.stringify({ "x-queue-type": type }) } });
for (const { vhost, source, destination, destinationType, routingKey } of topology.bindings)
    new rabbitmq.Binding([source, destination, routingKey].join(" "), { vhost, source, destination, destinationType, routingKey });
`;

function prepare(): void {
    mkdirSync(join(folder, "topology"));
    mkdirSync(join(folder, "state"));
    git("init", "--initial-branch", "main");
    commit(before);
    git("switch", "--create", "change");
    commit(after);
    writeFileSync(join(folder, "index.js"), program);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
    writeFileSync(
        join(folder, "Pulumi.yaml"),
        "name: bench\nruntime:\n    name: nodejs\n    options:\n        typescript: false\n",
    );
    writeFileSync(
        join(folder, `Pulumi.${stack}.yaml`),
        "config:\n    rabbitmq:endpoint: http://127.0.0.1:1\n    rabbitmq:username: bench\n    rabbitmq:password: bench\n",
    );
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
}

function timed(
    program: string,
    words: readonly string[],
    codes: readonly number[],
): { seconds: number; output: string } {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(program, words, {
        cwd: folder,
        env: environment,
        encoding: "utf8",
        maxBuffer: 1_000_000_000,
    });
    const seconds = (performance.now() - start) / 1_000;
    if (status === null || !codes.includes(status)) {
        throw new Error(`${program} ${words.join(" ")} ended with ${String(status)}: ${stderr}${stdout}`);
    }
    return { seconds, output: stdout };
}

function review(): number {
    const command = join(projectRoot, "scripts", "topology.mjs");
    return timed(process.execPath, [command, "review", "--base", "main", "--head", "change"], [1]).seconds;
}

function preview(): { readonly seconds: number; readonly output: string } {
    return timed(command, ["preview", "--stack", stack, "--non-interactive", "--suppress-progress"], [0]);
}

function printTimes(what: string, values: readonly number[], limit: string): void {
    const sorted = values.toSorted((a, b) => a - b).map((each) => each.toFixed(2));
    console.log(
        `${what.padEnd(10)} min ${sorted[0] ?? ""}  median ${sorted[Math.floor(sorted.length / 2)] ?? ""}  max ${sorted.at(-1) ?? ""} s ${limit}`,
    );
}

try {
    prepare();
    const hasEngine = origin === "path";
    if (hasEngine) {
        timed(command, ["stack", "init", stack, "--non-interactive"], [0]);
    }
    const measured = Array.from({ length: rounds }, () => ({
        review: review(),
        preview: hasEngine ? preview() : undefined,
    }));
    const lists = Object.values(before).filter(Array.isArray) as readonly (readonly unknown[])[]; // The other values are not lists.
    console.log(`${lists.reduce((sum, list) => sum + list.length, 0)} objects, ${rounds} rounds`);
    const reviews = measured.map((each) => each.review);
    const fastest = Math.min(...reviews);
    printTimes("review", reviews, `(at most ${most.seconds} s)`);
    let isFine = fastest <= most.seconds;
    if (hasEngine) {
        const previews = measured.map((each) => each.preview?.seconds ?? Number.NaN);
        const share = fastest / Math.min(...previews);
        printTimes(
            "preview",
            previews,
            `of ${/\+ (\d+) to create/u.exec(measured[0]?.preview?.output ?? "")?.[1] ?? "no"} resources`,
        );
        console.log(`share      ${(share * 100).toFixed(1)} % (at most ${most.share * 100} %)`);
        isFine &&= share <= most.share;
    } else {
        console.log("preview    not timed: there is no pulumi on PATH");
    }
    process.exitCode = isFine ? 0 : 1;
} finally {
    rmSync(folder, { recursive: true, force: true });
}
