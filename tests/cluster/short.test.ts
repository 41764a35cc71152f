import { afterAll, beforeAll, describe } from "vitest";
import { brokerNodeExperiments } from "./experiments/brokerNodes.ts";
import { podExperiments } from "./experiments/pods.ts";
import { rolloutExperiments } from "./experiments/rollouts.ts";
import { type Site, startSite } from "./support/site.ts";

/** The short form of the experiments, for `npm test`: what needs no operator but RabbitMQ's. */
let site: Site | undefined;

beforeAll(async () => {
    site = await startSite({
        nodes: 3,
        operators: ["rabbitmq"],
        seed: 1,
        report: (message) => process.stderr.write(`${message}\n`),
    });
});

afterAll(async () => {
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
    rolloutExperiments(running);
    brokerNodeExperiments(running);
});
