import { afterAll, beforeAll, describe } from "vitest";
import { declarationExperiments } from "./experiments/declarations.ts";
import { disasterExperiments } from "./experiments/disasters.ts";
import {
    deadLetterExperiments,
    fullDeadLetterQueueExperiments,
    lengthExperiments,
    orderExperiments,
} from "./experiments/messages.ts";
import { networkExperiments } from "./experiments/network.ts";
import { leaderExperiments, nodeExperiments } from "./experiments/nodes.ts";
import { operationExperiments } from "./experiments/operations.ts";
import { resourceExperiments } from "./experiments/resources.ts";
import { routingExperiments } from "./experiments/routing.ts";
import { upgradeExperiments } from "./experiments/upgrades.ts";
import { waitingQueueExperiments } from "./experiments/waitingQueues.ts";
import { faultTable, recordedExperiments } from "./support/experiment.ts";
import { definitionsFile, versionsUnderTest } from "./support/selection.ts";
import { type Site, startSite } from "./support/site.ts";

const report = (message: string): void => {
    process.stderr.write(`${message}\n`);
};

// All experiments, and the table of them. A part (`-t`) renews the rows of that part.
afterAll(() => {
    report(`Wrote ${faultTable.write([["topology", definitionsFile ?? "spot's, as in the dev stack"]])}`);
});

describe.each(versionsUnderTest)("three nodes of RabbitMQ %s", (version) => {
    let started: Site | undefined;
    const site = (): Site => {
        if (started === undefined) {
            throw new Error("the cluster did not start");
        }
        return started;
    };
    const about = (topic: string) => recordedExperiments(topic, version, site);

    beforeAll(async () => {
        const name = `complete-${version.replace(".", "")}`;
        started = await startSite({ name, version, definitions: definitionsFile, report });
    });

    afterAll(async () => {
        await started?.cluster.remove();
    });

    routingExperiments(about("routes and messages"));
    deadLetterExperiments(about("routes and messages"));
    lengthExperiments(about("routes and messages"));
    fullDeadLetterQueueExperiments(about("routes and messages"));
    orderExperiments(about("routes and messages"));
    waitingQueueExperiments(about("nodes"));
    leaderExperiments(about("nodes"));
    nodeExperiments(about("nodes"));
    networkExperiments(about("network"));
    resourceExperiments(about("resources"));
    declarationExperiments(about("declarations"));
    operationExperiments(about("operations"));
    disasterExperiments(about("operations"));
    if (version === "4.0") {
        upgradeExperiments(about("operations"));
    }
});
