import { join } from "node:path";
import { runLocally } from "@spot-messaging/local";
import { connectContainerEngine, ensureBrokerImage } from "@spot-messaging/local/images";
import { UsageError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { Listr } from "listr2";
import { namespace } from "../config/configReader.ts";
import { parseEnvironment } from "../config/parseEnvironment.ts";
import { type Environment } from "../environment/environment.ts";
import { ensureServicesImage } from "../images/servicesImage.ts";
import { buildTopology } from "../topology/index.ts";
import { type Access, forgetAccess, parseAccess, saveAccess } from "./access.ts";
import { gatewayOf } from "./mails/gateway.ts";
import { readMail } from "./mails/mail.ts";
import { analyse } from "./mails/submission.ts";
import { projectName, projectRoot } from "./project.ts";
import { readStackConfig } from "./stackFile.ts";
import { type Status, settledStatus } from "./status.ts";
import type { AnalysedMail } from "./tables.ts";

export interface StartOptions {
    readonly stack: string;
    /** Paths of e-mails to analyse; empty: the samples of the repository. */
    readonly paths: readonly string[];
    readonly signal: AbortSignal;
}

/** The result of a start. */
export interface Started {
    readonly access: Access;
    readonly status: Status;
    readonly mails: readonly AnalysedMail[];
}

const samples = join(projectRoot, "services", "samples");

/** Longer than all retries of the development stack. */
const verdictTimeoutMs = 60_000;

/**
 * Starts a stack on this machine and sends e-mails through it.
 * @throws UserError, LocalRunError, BrokerUnreachable; everything that was started is then removed
 */
export async function start({ stack, paths, signal }: StartOptions): Promise<Started> {
    const raw = await readStackConfig(stack);
    const environment = parseEnvironment(stack, raw);
    const { cluster, deployment } = environment;
    if (cluster.kind !== "docker") {
        throw new UsageError(
            `stack "${stack}" has cluster "${cluster.kind}", which a local run cannot create; use pulumi up --stack ${stack}`,
        );
    }
    const mails = deployment.kind === "docker" ? await readMail(paths.length > 0 ? paths : [samples]) : [];

    let docker: Docker | undefined;
    let access: Access | undefined;
    let analysed: readonly AnalysedMail[] = [];
    let status: Status | undefined;
    const engine = (): Docker => required(docker);
    const reached = (): Access => required(access);

    const tasks = new Listr<Record<string, never>>(
        [
            {
                title: "Container engine",
                task: async (_, task) => {
                    docker = await connectContainerEngine(output(task));
                },
            },
            {
                title: `Broker image ${cluster.image}`,
                task: (_, task) =>
                    ensureBrokerImage(
                        engine(),
                        { image: cluster.image, version: environment.brokerVersion },
                        output(task),
                    ),
            },
            {
                title: "Services image",
                enabled: deployment.kind === "docker" && deployment.image === undefined,
                task: async (_, task) => {
                    task.title = `Services image ${await ensureServicesImage(engine(), output(task))}`;
                },
            },
            {
                title: `Stack ${stack}`,
                task: async (_, task) => {
                    const report = progress(task);
                    await forgetAccess(stack);
                    const result = await runLocally({
                        project: projectName,
                        stack,
                        config: Object.fromEntries(
                            Object.entries(raw).map(([key, value]) => [`${namespace}:${key}`, value]),
                        ),
                        program: () => import("../index.ts"),
                        docker: engine(),
                        signal,
                        onEvent: ({ kind, type, name, done, total, detail }) => {
                            const what = `${kind} ${type.split(":").at(-1) ?? type} ${name}`;
                            report(done, total, detail === undefined ? what : `${what}: ${detail}`);
                        },
                    });
                    access = parseAccess(result.outputs);
                    await saveAccess(stack, access);
                    task.title = `Stack ${stack}: ${result.resources.length} resources`;
                },
            },
            {
                title: `E-mails (${mails.length})`,
                enabled: mails.length > 0,
                task: async (_, task) => {
                    const report = progress(task);
                    analysed = await analyse(
                        mails,
                        required(gatewayOf(reached())),
                        verdictTimeoutMs,
                        ({ submitted, finished, total }) => {
                            report(
                                submitted < total ? submitted : finished,
                                total,
                                submitted < total ? "submitted" : "with a verdict",
                            );
                        },
                        signal,
                    );
                    const verdicts = analysed.filter(({ analysis }) => analysis !== undefined).length;
                    task.title = `E-mails: ${verdicts} of ${mails.length} with a verdict`;
                },
            },
            {
                title: "Queues",
                task: async (_, task) => {
                    task.output = "the broker counts every five seconds";
                    status = await settledStatus(reached(), consumedQueues(environment), signal);
                },
            },
        ],
        {
            // The caller prints errors, once, at the end.
            rendererOptions: { showErrorMessage: false },
            // Without a terminal: one line for each step.
            fallbackRenderer: "simple",
            // The caller handles interruption, because started objects must be removed first.
            registerSignalListeners: false,
        },
    );
    await tasks.run();
    return { access: reached(), status: required(status), mails: analysed };
}

/** The queues that deployed services consume; empty if no services are deployed. */
function consumedQueues(environment: Environment): readonly string[] {
    return environment.deployment.kind === "none"
        ? []
        : buildTopology(environment).services.flatMap(({ consumes }) => consumes.map(({ queue }) => queue));
}

function output(task: { output: string }): (message: string) => void {
    return (message) => {
        task.output = message;
    };
}

/** Shows "k of n": every change on a terminal, every 10 % in a log. */
function progress(task: { output: string }): (done: number, total: number, what: string) => void {
    let shown = -1;
    return (done, total, what) => {
        const step = process.stdout.isTTY ? Number.NaN : Math.floor((10 * done) / Math.max(total, 1));
        if (step !== shown) {
            shown = step;
            task.output = `${done} of ${total}: ${what}`;
        }
    };
}

function required<T>(value: T | undefined): T {
    if (value === undefined) {
        throw new Error("a step of the start ran before the one that it needs");
    }
    return value;
}
