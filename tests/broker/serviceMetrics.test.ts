import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gateway } from "../../src/cli/mails/gateway.ts";
import { readMail } from "../../src/cli/mails/mail.ts";
import { analyse } from "../../src/cli/mails/submission.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { runInContainer } from "../../src/cli/runInContainer.ts";
import { serviceAlertGroups } from "../../src/monitoring/serviceAlerts.ts";
import { serviceMetrics } from "../../src/monitoring/serviceMetrics.ts";
import { servicesDashboard } from "../../src/monitoring/servicesDashboard.ts";
import { metricsPort } from "../../src/services/runtime/runtime.ts";
import { queriesOf } from "../support/dashboardQueries.ts";
import { asked, type Exposed, exposed, missing } from "../support/promql.ts";
import { confirm, connectAs } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * Prints what the process in this container exposes. A family whose event has not happened yet has a type and no sample: for it, the labels
 * that the same program declares.
 */
const scrapeProgram = `
import importlib, re, sys, urllib.request
from prometheus_client import REGISTRY
from spot_services.__main__ import PROGRAMS
text = urllib.request.urlopen("http://127.0.0.1:${metricsPort}/metrics", timeout=10).read().decode()
print(text)
importlib.import_module(PROGRAMS[sys.argv[1]])
sampled = set(re.findall(r"^(\\w+)[{ ]", text, re.MULTILINE))
typed = set(re.findall(r"^# TYPE (\\w+) ", text, re.MULTILINE))
for collector, names in REGISTRY._collector_to_names.items():
    labels = getattr(collector, "_labelnames", ())
    for name in names:
        if typed.intersection(names) and name not in sampled:
            print(name + "{" + ",".join(f'{label}=""' for label in labels) + "} 0")
`;

/**
 * Whether the running services expose every metric and every label that their alerts and their dashboard ask for. Not proved here: when the
 * alerts fire; see tests/alerts.
 */
describe("the metrics of the running services", () => {
    let stack: TestStack;
    let metrics: Exposed;

    beforeAll(async () => {
        stack = await startStack("service-metrics", "4.3", {
            deployServices: "true",
            retryDelay: "1 second",
            retryAttempts: "2",
        });
        const mails = await readMail([join(projectRoot, "services", "samples", "phishing.eml")]);
        const address = gateway(`http://127.0.0.1:${stack.ports.gatewayPort}`);
        const analysed = await analyse(mails, address, 60_000, () => undefined);
        expect(analysed.map(({ analysis }) => analysis?.state)).toEqual(["completed"]);
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        await confirm(channel, "spot.analysis", "analyze.job.links", "{not json", { persistent: true });
        await connection.close();
        // The notifier sends after the verdict, and gauges are measured every few seconds.
        metrics = await eventually("the numbers of all traffic", async () => {
            const now = await scrape();
            return missing(expressions(), now).length === 0 ? now : undefined;
        }).catch(scrape);
    });

    afterAll(async () => {
        await stack.remove();
    });

    /** All services, with the label that a scrape adds. */
    async function scrape(): Promise<Exposed> {
        const services = stack.topology.services.filter(({ workload }) => workload !== undefined);
        const texts = await Promise.all(
            services.map(async ({ name, workload }) => {
                const container = stack.docker.getContainer(stack.container(`${name}-0`));
                const { exitCode, stdout, stderr } = await runInContainer(container, [
                    ...["python3", "-c", scrapeProgram],
                    workload?.program ?? "",
                ]);
                if (exitCode !== 0) {
                    throw new Error(`the metrics of "${name}" cannot be read: ${stderr}`);
                }
                return stdout.replaceAll(
                    /^(\w+)(?:\{(.*)\})? /gm,
                    (_, metric: string, labels: string | undefined) =>
                        `${metric}{service="${name}"${labels === undefined || labels === "" ? "" : `,${labels}`}} `,
                );
            }),
        );
        return exposed(...texts);
    }

    function expressions(): readonly string[] {
        const { topology, environment } = stack;
        const { analysisDeadline } = environment;
        const scope = { topology, matchers: {}, target: "", analysisDeadline };
        return [
            ...serviceAlertGroups(scope).flatMap(({ alerts }) => alerts.map(({ expression }) => expression)),
            ...queriesOf(servicesDashboard({ topology, prefix: "spot", matchers: {}, nodes: undefined })),
        ];
    }

    it("have every metric and label that the alerts and the dashboard ask for", () => {
        const families = new Set(
            expressions()
                .flatMap(asked)
                .map(({ metric }) => metric),
        );
        expect(families.size).toBeGreaterThan(20);
        expect(missing(expressions(), metrics)).toEqual([]);
    });

    it("have every metric in the list of those that alerts and dashboards may use", () => {
        const names = [...metrics.keys()];
        const unknown = Object.values(serviceMetrics).filter(
            (metric) => !names.some((name) => name === metric || name === `${metric}_bucket`),
        );
        expect(unknown).toEqual([]);
    });
});
