import {
    call,
    consume,
    direct,
    type ExchangeInput,
    publish,
    type QueueInput,
    requests,
    type ServiceInput,
    service,
    topic,
    work,
} from "@spot-messaging/topology";
import { type Environment } from "../environment/environment.ts";
import type { Context } from "./context.ts";
import { consumeCommands, publishStatus } from "./conventions.ts";
import { analyzerName, exchanges, keys, services } from "./names.ts";

/** Routes the replies to requests into the stream of their caller. */
export const replyExchange: ExchangeInput = topic(exchanges.replies);

/** Jobs and results of an analysis; none of these messages can be lost. */
export function analysis(environment: Environment): Context {
    return {
        exchanges: [
            topic(exchanges.analysis, { alternate: exchanges.unrouted }),
            // No alternate exchange: an unroutable request must be returned to its caller immediately.
            direct(exchanges.rpc),
        ],
        queues: queues(environment),
        services: [
            gateway(environment),
            orchestrator(environment),
            ...environment.analyzers.map((name) => analyzer(name, environment)),
            resultProcessor,
        ],
    };
}

const orchestratorQueues = {
    request: services.orchestrator,
    findings: `${services.orchestrator}.findings`,
    rpc: `${services.orchestrator}.rpc`,
} as const;

/** A day of e-mails at today's volume, far below the memory and disk alarms. */
const bound = { messages: 50_000, size: "2 GiB" } as const;

function queues({ analyzers, rpcTimeout }: Environment): readonly QueueInput[] {
    const from = exchanges.analysis;
    return [
        // No deadline: the orchestrator ends a late analysis as failed, so that its sender gets an answer. A TTL would only dead-letter it.
        work(orchestratorQueues.request, { from, key: keys.request, bound }),
        work(orchestratorQueues.findings, { from, key: keys.anyFinding, bound }),
        ...analyzers.map((name) => work(analyzerName(name), { from, key: keys.job(name), bound })),
        work(services.resultProcessor, { from, key: keys.result, bound }),
        requests(orchestratorQueues.rpc, {
            from: exchanges.rpc,
            keys: [keys.rpcStatus, keys.rpcSubmit],
            timeout: rpcTimeout,
            bound: { messages: 1_000, size: "64 MiB" },
        }),
    ];
}

const to = exchanges.analysis;

const gatewayHttpPort = 8080;

/** The hosts under which clients reach the gateway, besides the names of this machine, which it always accepts. */
function acceptedHosts({ gateway: { hosts }, deployment }: Environment): readonly string[] {
    if (deployment.kind !== "kubernetes") {
        return hosts;
    }
    const { namespace, ingress } = deployment;
    const name = services.gateway;
    const own = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`];
    return [...new Set([...(ingress === undefined ? [] : [ingress.host]), ...own, ...hosts])];
}

function gateway(environment: Environment): ServiceInput {
    const { rpcTimeout: timeout, gateway: access } = environment;
    return service(services.gateway, {
        publishes: [publish("request", { to, key: keys.request, urgency: true }), publishStatus],
        consumes: [consumeCommands(services.gateway)],
        calls: [
            call("status", { to: exchanges.rpc, key: keys.rpcStatus, timeout }),
            call("submit", { to: exchanges.rpc, key: keys.rpcSubmit, timeout }),
        ],
        workload: {
            program: services.gateway,
            replicas: 1,
            httpPort: gatewayHttpPort,
            settings: {
                httpPort: gatewayHttpPort,
                requireToken: access.clients.length > 0,
                hosts: acceptedHosts(environment),
                origins: access.origins,
            },
        },
    });
}

function orchestrator({ analyzers, analysisDeadline, rpcTimeout }: Environment): ServiceInput {
    return service(services.orchestrator, {
        publishes: [
            ...analyzers.map((name) => publish(`job.${name}`, { to, key: keys.job(name), urgency: true })),
            publish("result", { to, key: keys.result }),
            publish("alert", { to: exchanges.notifications, key: keys.alert }),
            publishStatus,
        ],
        consumes: [
            consume(orchestratorQueues.request, { message: "request", prefetch: 32 }),
            consume(orchestratorQueues.findings, { message: "finding", prefetch: 64 }),
            consume(orchestratorQueues.rpc, { message: "rpc", prefetch: 32, jobLimit: rpcTimeout }),
            consumeCommands(services.orchestrator),
        ],
        // The deployment raises the number with PostgreSQL; with SQLite, one process has the running analyses.
        workload: {
            program: services.orchestrator,
            replicas: 1,
            settings: { analyzers, analysisDeadlineMs: analysisDeadline },
        },
    });
}

function analyzer(name: string, { analyzerReplicas }: Environment): ServiceInput {
    return service(analyzerName(name), {
        publishes: [publish("finding", { to, key: keys.finding(name) }), publishStatus],
        consumes: [
            // A small prefetch: jobs are long, and messages that one replica has prefetched are not available to the others.
            consume(analyzerName(name), { message: "job", prefetch: 4 }),
            consumeCommands(analyzerName(name)),
        ],
        workload: { program: "analyzer", replicas: analyzerReplicas, settings: { analyzer: name } },
    });
}

const resultProcessor = service(services.resultProcessor, {
    publishes: [
        publish("completed", { to: exchanges.notifications, key: keys.completed }),
        publish("failed", { to: exchanges.notifications, key: keys.failed }),
        publishStatus,
    ],
    consumes: [
        consume(services.resultProcessor, { message: "result", prefetch: 16 }),
        consumeCommands(services.resultProcessor),
    ],
    workload: { program: services.resultProcessor, replicas: 1, settings: {} },
});
