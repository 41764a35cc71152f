import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe } from "vitest";
import { nodeExperiments } from "./experiments/nodes.ts";
import { podExperiments } from "./experiments/pods.ts";
import { rolloutExperiments } from "./experiments/rollouts.ts";
import { type Site, startSite } from "./support/site.ts";

let site: Site;
const log = (m: unknown) =>
    appendFileSync(
        "/tmp/proto.log",
        `${new Date().toISOString().slice(11, 19)} ${typeof m === "string" ? m : JSON.stringify(m)}\n`,
    );
beforeAll(async () => {
    site = await startSite({
        nodes: 3,
        operators: ["rabbitmq"],
        seed: 1,
        report: log,
        onEvent: (e) => {
            if (e.kind !== "registered" && e.kind !== "waiting")
                log(`${e.kind} ${e.type} ${e.name} ${e.detail ?? ""}`);
        },
    });
    log(site.times);
});
afterAll(async () => {
    if (process.env["KEEP"] === undefined) await site?.stop();
});
describe("pods", () => {
    podExperiments(() => site);
});
describe("rollouts", () => {
    rolloutExperiments(() => site);
});
describe("nodes", () => {
    nodeExperiments(() => site);
});
