import { afterAll, beforeAll, describe } from "vitest";
import { alertExperiments } from "./experiments/alerts.ts";
import { brokerLossExperiments, brokerNodeExperiments } from "./experiments/brokerNodes.ts";
import { certificateExperiments, issuerExperiments } from "./experiments/certificates.ts";
import { credentialExperiments } from "./experiments/credentials.ts";
import { databaseExperiments, databaseValues } from "./experiments/database.ts";
import { hostileMailExperiments } from "./experiments/hostileMails.ts";
import { networkExperiments } from "./experiments/network.ts";
import { nodeExperiments } from "./experiments/nodes.ts";
import { obstacleExperiments } from "./experiments/obstacles.ts";
import { podExperiments } from "./experiments/pods.ts";
import { refusalExperiments } from "./experiments/refusals.ts";
import { rolloutExperiments } from "./experiments/rollouts.ts";
import { scalingExperiments, scalingValues } from "./experiments/scaling.ts";
import { type Ground, startGround } from "./support/ground.ts";
import { watchMemory } from "./support/memory.ts";
import { monitoringValues } from "./support/prometheus.ts";
import { type Circumstances, writeReport } from "./support/report.ts";
import { type Site, type SiteOptions, startSite } from "./support/site.ts";
import { versionsOf } from "./support/versions.ts";

const report = (message: string): void => {
    process.stderr.write(`${message}\n`);
};

// All experiments, and the table of them. A part (`-t`) renews the rows of that part.
const ended: Circumstances[] = [];

afterAll(() => {
    const [first] = ended;
    if (first !== undefined) {
        const page = writeReport({
            times: first.times,
            memory: Math.max(...ended.map(({ memory }) => memory)),
            versions: [...new Set(ended.flatMap(({ versions }) => versions))],
        });
        report(`Wrote ${page}`);
    }
});

/** Experiments with a cluster of their own, which is stopped after them. */
function onGround<Started extends Ground>(
    name: string,
    start: () => Promise<Started>,
    declare: (ground: () => Started) => void,
): void {
    describe(name, () => {
        let ground: Started | undefined;
        let leave = (): Promise<void> => Promise.resolve();
        beforeAll(async () => {
            const started = await start();
            ground = started;
            const memory = watchMemory(started.cluster);
            leave = async () => {
                await memory.stop();
                ended.push({
                    times: started.times,
                    memory: memory.most(),
                    versions: await versionsOf(started),
                });
                await started.stop();
            };
        });
        afterAll(async () => {
            await leave();
        });
        declare(() => {
            if (ground === undefined) {
                throw new Error("the cluster did not start");
            }
            return ground;
        });
    });
}

/** Experiments with a site of their own. */
function onSite(
    name: string,
    options: Omit<SiteOptions, "nodes" | "report">,
    declare: (site: () => Site) => void,
): void {
    onGround(name, () => startSite({ nodes: 3, report, ...options }), declare);
}

onSite("the prod stack on a real Kubernetes", { operators: ["rabbitmq"], seed: 1 }, (site) => {
    podExperiments(site);
    networkExperiments(site);
    rolloutExperiments(site);
    brokerNodeExperiments(site);
    brokerLossExperiments(site);
    credentialExperiments(site);
    certificateExperiments(site);
    hostileMailExperiments(site);
    nodeExperiments(site);
});

onSite(
    "the prod stack with a database, a scaler and an issuer of the cluster",
    {
        operators: ["rabbitmq", "cloudnative-pg", "keda"],
        seed: 2,
        hasIssuer: true,
        values: { ...databaseValues, ...scalingValues },
    },
    (site) => {
        certificateExperiments(site);
        issuerExperiments(site);
        scalingExperiments(site);
        databaseExperiments(site);
    },
);

onSite(
    "the prod stack with Prometheus",
    { operators: ["rabbitmq", "prometheus"], seed: 3, values: monitoringValues },
    (site) => {
        alertExperiments(site);
        networkExperiments(site);
    },
);

onGround(
    "a cluster that refuses the prod stack",
    () =>
        startGround({
            nodes: 1,
            operators: ["rabbitmq"],
            report,
            // The stack wants three zones, and none of its pods gets as far as to need them.
            values: { zones: JSON.stringify(["zone-a", "zone-b", "zone-c"]) },
        }),
    (ground) => {
        refusalExperiments(ground);
        obstacleExperiments(ground);
    },
);
