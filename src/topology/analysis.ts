import {
    bytes,
    type ExchangeDeclaration,
    type QueueDeclaration,
    type Service,
    service,
    type WorkQueue,
} from "@spot-messaging/topology";
import { type Environment } from "../environment/environment.ts";
import { adminSubscription, statusPublication } from "./conventions.ts";
import { analyzerName, exchanges, keys, services } from "./names.ts";

/** Jobs and results of an analysis: nothing here may be lost. */
export const analysisExchanges: readonly ExchangeDeclaration[] = [
    { name: exchanges.analysis, type: "topic", alternate: exchanges.unrouted },
    // No alternate exchange: a request that nobody takes must come back to its caller at once instead of letting it wait.
    { name: exchanges.rpc, type: "direct" },
];

const orchestratorQueues = {
    request: services.orchestrator,
    findings: `${services.orchestrator}.findings`,
    rpc: `${services.orchestrator}.rpc`,
} as const;

/** How much is held while nobody works: a day of mail at today's volume, and far below what raises a memory or disk alarm. */
const backlog = { messages: 50_000, size: bytes("2 GiB") } as const;

export function analysisQueues(environment: Environment): readonly QueueDeclaration[] {
    const { retry, jobLimit, rpcTimeout } = environment;
    const work = (name: string, routingKey: string, rest: Partial<WorkQueue> = {}): WorkQueue => ({
        purpose: "work",
        name,
        sources: [{ exchange: exchanges.analysis, routingKey }],
        critical: true,
        retry,
        jobLimit,
        bound: backlog,
        ...rest,
    });
    return [
        work(orchestratorQueues.request, keys.request, { deadline: environment.analysisDeadline }),
        work(orchestratorQueues.findings, keys.anyFinding),
        ...environment.analyzers.map((name) => work(analyzerName(name), keys.job(name))),
        work(services.resultProcessor, keys.result),
        {
            purpose: "requests",
            name: orchestratorQueues.rpc,
            sources: [
                { exchange: exchanges.rpc, routingKey: keys.rpcStatus },
                { exchange: exchanges.rpc, routingKey: keys.rpcSubmit },
            ],
            timeout: rpcTimeout,
            jobLimit,
            bound: { messages: 1_000, size: bytes("64 MiB") },
        },
    ];
}

const persistent = { persistent: true, mandatory: true, urgency: false } as const;

export function analysisServices(environment: Environment): readonly Service[] {
    const { analyzers, analysisDeadline, jobLimit, rpcTimeout } = environment;
    const toAnalysis = { ...persistent, exchange: exchanges.analysis } as const;
    const call = { exchange: exchanges.rpc, timeout: rpcTimeout } as const;
    return [
        service(services.gateway, {
            publishes: [
                { ...toAnalysis, message: "request", routingKey: keys.request, urgency: true },
                statusPublication,
            ],
            consumes: [adminSubscription(services.gateway)],
            calls: [
                { ...call, message: "status", routingKey: keys.rpcStatus },
                { ...call, message: "submit", routingKey: keys.rpcSubmit },
            ],
            workload: {
                program: services.gateway,
                replicas: 1,
                httpPort: 8080,
                settings: { httpPort: 8080 },
            },
        }),
        service(services.orchestrator, {
            publishes: [
                ...analyzers.map((name) => ({
                    ...toAnalysis,
                    message: `job.${name}`,
                    routingKey: keys.job(name),
                    urgency: true,
                })),
                { ...toAnalysis, message: "result", routingKey: keys.result },
                {
                    ...persistent,
                    message: "alert",
                    exchange: exchanges.notifications,
                    routingKey: keys.alert,
                },
                statusPublication,
            ],
            consumes: [
                { message: "request", queue: orchestratorQueues.request, prefetch: 32, jobLimit },
                { message: "finding", queue: orchestratorQueues.findings, prefetch: 64, jobLimit },
                { message: "rpc", queue: orchestratorQueues.rpc, prefetch: 32, jobLimit: rpcTimeout },
                adminSubscription(services.orchestrator),
            ],
            replies: true,
            // One: it keeps the running analyses in a store of its own.
            workload: {
                program: services.orchestrator,
                replicas: 1,
                settings: { analyzers, analysisDeadlineMs: analysisDeadline },
            },
        }),
        ...analyzers.map((name) =>
            service(analyzerName(name), {
                publishes: [
                    { ...toAnalysis, message: "finding", routingKey: keys.finding(name) },
                    statusPublication,
                ],
                // Few at a time: a job takes long, and what one replica holds another cannot take.
                consumes: [
                    { message: "job", queue: analyzerName(name), prefetch: 4, jobLimit },
                    adminSubscription(analyzerName(name)),
                ],
                workload: {
                    program: "analyzer",
                    replicas: environment.analyzerReplicas,
                    settings: { analyzer: name },
                },
            }),
        ),
        service(services.resultProcessor, {
            publishes: [
                {
                    ...persistent,
                    message: "completed",
                    exchange: exchanges.notifications,
                    routingKey: keys.completed,
                },
                {
                    ...persistent,
                    message: "failed",
                    exchange: exchanges.notifications,
                    routingKey: keys.failed,
                },
                statusPublication,
            ],
            consumes: [
                { message: "result", queue: services.resultProcessor, prefetch: 16, jobLimit },
                adminSubscription(services.resultProcessor),
            ],
            workload: { program: services.resultProcessor, replicas: 1, settings: {} },
        }),
    ];
}
