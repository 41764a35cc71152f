import {
    type BrokerVersion,
    call,
    commands,
    compile,
    consume,
    type Declaration,
    deadLetterQueueOf,
    declare,
    direct,
    fanout,
    parking,
    publish,
    requests,
    type ServiceInput,
    service,
    type Topology,
    topic,
    transient,
    work,
} from "@spot-messaging/topology";
import type { RawConfig } from "../../src/config/configReader.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { userNames } from "../../src/environment/credentials.ts";
import type { Environment } from "../../src/environment/environment.ts";
import { devEnvironment, prodConfig } from "../unit/environments.ts";

// What packages are tested with: a platform like spot, which stays as it is when spot changes, so that no golden file of a package has to be
// renewed for a new queue of spot.

const business = { messages: 50_000, size: "2 GiB" } as const;
const channels = ["email", "webhook"] as const;

const publishStatus = publish("status", {
    to: "spot.notifications",
    key: "notify.status",
    persistent: false,
    mandatory: false,
    expiration: "1 minute",
});

function consumeCommands(name: string): ReturnType<typeof consume> {
    return consume(`admin.${name}`, { message: "admin", prefetch: 10, jobLimit: "10 seconds" });
}

function deployed(environment: Environment): readonly ServiceInput[] {
    const { analyzers, analyzerReplicas, analysisDeadline, rpcTimeout: timeout } = environment;
    const to = "spot.analysis";
    return [
        service("gateway", {
            publishes: [publish("request", { to, key: "analyze.request", urgency: true }), publishStatus],
            consumes: [consumeCommands("gateway")],
            calls: [
                call("status", { to: "spot.rpc", key: "analysis.status", timeout }),
                call("submit", { to: "spot.rpc", key: "analysis.submit", timeout }),
            ],
            workload: { program: "gateway", replicas: 1, httpPort: 8080, settings: { httpPort: 8080 } },
        }),
        service("analyzer-orchestrator", {
            publishes: [
                ...analyzers.map((name) =>
                    publish(`job.${name}`, { to, key: `analyze.job.${name}`, urgency: true }),
                ),
                publish("result", { to, key: "analyze.result" }),
                publish("alert", { to: "spot.notifications", key: "notify.alert" }),
                publishStatus,
            ],
            consumes: [
                consume("analyzer-orchestrator", { message: "request", prefetch: 32 }),
                consume("analyzer-orchestrator.findings", { message: "finding", prefetch: 64 }),
                consume("analyzer-orchestrator.rpc", { message: "rpc", prefetch: 32, jobLimit: timeout }),
                consumeCommands("analyzer-orchestrator"),
            ],
            workload: {
                program: "analyzer-orchestrator",
                replicas: 1,
                settings: { analyzers, analysisDeadlineMs: analysisDeadline },
            },
        }),
        ...analyzers.map((name) =>
            service(`analyzer.${name}`, {
                publishes: [publish("finding", { to, key: `analyze.finding.${name}` }), publishStatus],
                consumes: [
                    consume(`analyzer.${name}`, { message: "job", prefetch: 4 }),
                    consumeCommands(`analyzer.${name}`),
                ],
                workload: { program: "analyzer", replicas: analyzerReplicas, settings: { analyzer: name } },
            }),
        ),
        service("result-processor", {
            publishes: [
                publish("completed", { to: "spot.notifications", key: "notify.completed" }),
                publish("failed", { to: "spot.notifications", key: "notify.failed" }),
                publishStatus,
            ],
            consumes: [
                consume("result-processor", { message: "result", prefetch: 16 }),
                consumeCommands("result-processor"),
            ],
            workload: { program: "result-processor", replicas: 1, settings: {} },
        }),
        service("notifier", {
            consumes: [
                ...channels.map((each) => consume(`notifications.${each}`, { message: each, prefetch: 16 })),
                consume("notifications.status", { message: "status", prefetch: 200 }),
                consumeCommands("notifier"),
            ],
            workload: { program: "notifier", replicas: 1, settings: { smtp: null, webhookUrl: null } },
        }),
    ];
}

/** A service with the users of its credentials' generations. */
function withUsers(each: ServiceInput, { credentials }: Environment): ServiceInput {
    const users = userNames(each.name, credentials);
    return users.length === 1 && users[0] === each.name ? each : { ...each, users };
}

/** The platform before it is compiled. */
export function declareSample(
    environment: Environment,
    deadLetterExchange: typeof direct | typeof topic = direct,
): Declaration {
    const { analyzers, analysisDeadline, jobLimit, retain, retry, rpcTimeout } = environment;
    const services = deployed(environment);
    const names = services.map(({ name }) => name);
    const [alternate, from] = ["spot.unrouted", "spot.analysis"];
    const queues = [
        work("analyzer-orchestrator", {
            from,
            key: "analyze.request",
            bound: business,
            deadline: analysisDeadline,
        }),
        work("analyzer-orchestrator.findings", { from, key: "analyze.finding.*", bound: business }),
        ...analyzers.map((name) =>
            work(`analyzer.${name}`, { from, key: `analyze.job.${name}`, bound: business }),
        ),
        work("result-processor", { from, key: "analyze.result", bound: business }),
        ...channels.map((each) =>
            work(`notifications.${each}`, {
                from: "spot.notifications",
                keys: ["notify.completed", "notify.failed", "notify.alert"],
                critical: false,
                bound: { messages: 20_000, size: "256 MiB" },
            }),
        ),
    ];
    return declare({
        vhost: "spot",
        defaults: { jobLimit, retain, retry },
        exchanges: [
            topic("spot.analysis", { alternate }),
            direct("spot.rpc"),
            topic("spot.notifications", { alternate }),
            topic("spot.admin", { alternate }),
            deadLetterExchange("spot.dead-letter", { alternate }),
            fanout("spot.unrouted"),
        ],
        queues: [
            ...queues,
            requests("analyzer-orchestrator.rpc", {
                from: "spot.rpc",
                keys: ["analysis.status", "analysis.submit"],
                timeout: rpcTimeout,
                bound: { messages: 1_000, size: "64 MiB" },
            }),
            transient("notifications.status", {
                from: "spot.notifications",
                key: "notify.status",
                ttl: "1 minute",
                bound: { messages: 10_000, size: "16 MiB" },
            }),
            ...names.map((name) =>
                commands(`admin.${name}`, {
                    from: "spot.admin",
                    keys: ["admin.all", `admin.${name}`],
                    retention: "7 days",
                    bound: { messages: 10_000, size: "16 MiB" },
                }),
            ),
            parking("unrouted", { from: "spot.unrouted", bound: { messages: 100_000, size: "1 GiB" } }),
        ],
        services: [
            ...services,
            service("operator", {
                publishes: ["admin.all", ...names.map((name) => `admin.${name}`)].map((key) =>
                    publish(key, { to: "spot.admin", key }),
                ),
                inspects: [...queues.map(({ name }) => deadLetterQueueOf(name)), "unrouted"],
                redrives: true,
                tags: ["monitoring"],
            }),
            service("monitoring", { tags: ["monitoring"] }),
        ].map((each) => withUsers(each, environment)),
        deadLetterExchange: "spot.dead-letter",
        retryExchange: topic("spot.retry", { alternate }),
    });
}

/** The platform of the dev stack on a broker of one version; `overrides` are values of its stack file. */
export function sampleTopology(version: BrokerVersion, overrides: RawConfig = {}): Topology {
    return compile(declareSample(devEnvironment(overrides)), version);
}

/** The same with a topic exchange for dead letters, where each user is limited to those of the queues that it consumes. */
export function limitedSampleTopology(version: BrokerVersion): Topology {
    return compile(declareSample(devEnvironment({}), topic), version);
}

/** The platform of the prod stack, with a topic exchange for dead letters. */
export function sampleProdTopology(): Topology {
    const environment = parseEnvironment("prod", prodConfig);
    return compile(declareSample(environment, topic), environment.brokerVersion);
}
