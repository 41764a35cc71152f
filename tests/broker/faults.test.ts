import { afterAll, beforeAll, describe } from "vitest";
import { deletedBindingExperiments } from "../faults/experiments/declarations.ts";
import { fullDeadLetterQueueExperiments } from "../faults/experiments/messages.ts";
import { oneNodeApartExperiments } from "../faults/experiments/network.ts";
import { leaderExperiments } from "../faults/experiments/nodes.ts";
import { printedExperiments } from "../faults/support/experiment.ts";
import { type Site, startSite } from "../faults/support/site.ts";

/**
 * The short form of `npm run test:faults`: four faults on three nodes of one version. Not proved here: what the complete form tries, with its
 * results in docs/reliability/broker.md.
 */
describe("three nodes of RabbitMQ 4.3 with spot's topology", () => {
    let started: Site | undefined;
    const about = printedExperiments(() => {
        if (started === undefined) {
            throw new Error("the cluster did not start");
        }
        return started;
    });

    beforeAll(async () => {
        started = await startSite({
            name: "short",
            version: "4.3",
            report: (message) => process.stderr.write(`faults: ${message}\n`),
        });
    });

    afterAll(async () => {
        await started?.cluster.remove();
    });

    leaderExperiments(about);
    oneNodeApartExperiments(about);
    fullDeadLetterQueueExperiments(about);
    deletedBindingExperiments(about);
});
