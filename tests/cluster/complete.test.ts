import { afterAll, beforeAll, describe } from "vitest";
import { alertExperiments } from "./experiments/alerts.ts";
import { certificateExperiments, issuerExperiments } from "./experiments/certificates.ts";
import { credentialExperiments } from "./experiments/credentials.ts";
import { databaseExperiments, databaseValues } from "./experiments/database.ts";
import { networkExperiments } from "./experiments/network.ts";
import { brokerNodeExperiments, nodeExperiments } from "./experiments/nodes.ts";
import { podExperiments } from "./experiments/pods.ts";
import { rolloutExperiments } from "./experiments/rollouts.ts";
import { scalingExperiments, scalingValues } from "./experiments/scaling.ts";
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

/** Experiments with a site of their own, which is stopped after them. */
function onSite(
    name: string,
    options: Omit<SiteOptions, "nodes" | "report">,
    declare: (site: () => Site) => void,
): void {
    describe(name, () => {
        let site: Site | undefined;
        let leave = (): Promise<void> => Promise.resolve();
        beforeAll(async () => {
            const started = await startSite({ nodes: 3, report, ...options });
            site = started;
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
            if (site === undefined) {
                throw new Error("the site did not start");
            }
            return site;
        });
    });
}

onSite("the prod stack on a real Kubernetes", { operators: ["rabbitmq"], seed: 1 }, (site) => {
    podExperiments(site);
    networkExperiments(site);
    rolloutExperiments(site);
    brokerNodeExperiments(site);
    credentialExperiments(site);
    certificateExperiments(site);
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
