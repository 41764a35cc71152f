// npm run release:rehearse: publishes what npm run release:pack made to a registry on this machine, and installs and uses it in an empty folder.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { execute } from "../execute.mjs";
import { npmCommand } from "../npm.mjs";
import { root } from "../workspaces.mjs";
import { expectExitCode, reportUserErrors } from "./failure.mjs";
import { packagesFile } from "./places.mjs";
import { startRegistry } from "./registry.mjs";

const program = `
import { defineConfig } from "@spot-messaging/cli";
import { compile, consume, declare, publish, service, topic, work } from "@spot-messaging/topology";

const shop = declare({
    vhost: "shop",
    exchanges: [topic("shop.events")],
    queues: [work("orders", { from: "shop.events", key: "order.*" })],
    services: [
        service("till", { publishes: [publish("order", { to: "shop.events", key: "order.created" })] }),
        service("billing", { consumes: [consume("orders", { message: "order" })], inspects: ["orders.dlq"] }),
    ],
});

export default defineConfig({ stacks: ["dev"], topologyOf: () => compile(shop, "4.3") });
`;

const folder = mkdtempSync(path.join(tmpdir(), "rehearsal-"));
try {
    await reportUserErrors(async () => {
        await rehearse();
        console.log("The rehearsal succeeded");
    });
} finally {
    rmSync(folder, { recursive: true, force: true });
}

async function rehearse() {
    const [{ version }] = JSON.parse(readFileSync(packagesFile, "utf8"));
    const registry = await startRegistry(folder);
    try {
        const publish = [path.join(root, "scripts", "release", "publish.mjs"), "--without-provenance"];
        const run = () =>
            execute(process.execPath, [...publish, `--registry=${registry.url}`], root, registry.variables);
        expectExitCode("publish", await run(), 0);
        await install(registry.url, version);
        // What is published already must not be published again.
        expectExitCode("publish, a second time", await run(), 1);
    } finally {
        await registry.stop();
    }
}

/**
 * Installs the command in an empty folder, and checks a topology with it.
 * @param {string} url - of the registry
 * @param {string} version
 */
async function install(url, version) {
    const user = path.join(folder, "user");
    mkdirSync(user);
    writeFileSync(path.join(user, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(path.join(user, ".npmrc"), `@spot-messaging:registry=${url}\n`);
    writeFileSync(path.join(user, "topology.config.ts"), program);
    const npm = npmCommand();
    const names = ["cli", "topology"].map((name) => `@spot-messaging/${name}@${version}`);
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    expectExitCode(
        "npm install",
        await execute(npm.program, [...npm.before, "install", ...names, ...quiet], user),
        0,
    );
    const topology = path.join(user, "node_modules", ".bin", "topology");
    for (const options of [["--version"], ["check"]]) {
        expectExitCode(
            `topology ${options[0]}`,
            await execute(process.execPath, [topology, ...options], user),
            0,
        );
    }
}
