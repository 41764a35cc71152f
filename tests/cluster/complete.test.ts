import { afterAll, beforeAll, describe } from "vitest";
import { networkExperiments } from "./experiments/network.ts";
import { brokerNodeExperiments, nodeExperiments } from "./experiments/nodes.ts";
import { podExperiments } from "./experiments/pods.ts";
import { rolloutExperiments } from "./experiments/rollouts.ts";
import { type MemoryWatch, watchMemory } from "./support/memory.ts";
import { forgetRows, writeReport } from "./support/report.ts";
import { type Site, startSite } from "./support/site.ts";
import { versionsOf } from "./support/versions.ts";

const report = (message: string): void => {
    process.stderr.write(`${message}\n`);
};

// All experiments, and the table of them. A part (`-t`) writes the rows of that part only.
let site: Site | undefined;
let memory: MemoryWatch | undefined;

beforeAll(async () => {
    forgetRows();
    site = await startSite({ nodes: 3, operators: ["rabbitmq"], seed: 1, report });
    memory = watchMemory(site.cluster);
});

afterAll(async () => {
    await memory?.stop();
    if (site !== undefined && memory !== undefined) {
        const page = writeReport({
            times: site.times,
            memory: memory.most(),
            versions: await versionsOf(site),
        });
        report(`Wrote ${page}`);
    }
    await site?.stop();
});

function running(): Site {
    if (site === undefined) {
        throw new Error("the site did not start");
    }
    return site;
}

describe("the prod stack on a real Kubernetes", () => {
    podExperiments(running);
    networkExperiments(running);
    rolloutExperiments(running);
    brokerNodeExperiments(running);
    nodeExperiments(running);
});
