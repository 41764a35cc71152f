import { removeLocally, runLocally } from "@spot-messaging/local";
import { connectContainerEngine, ensureBrokerImage } from "@spot-messaging/local/images";
import type { ManagementApi } from "@spot-messaging/management";
import type { BrokerVersion, Topology } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { vi } from "vitest";
import { type Access, brokerOf, parseAccess } from "../../../src/cli/access.ts";
import { readStackConfig } from "../../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import type { Environment } from "../../../src/environment/environment.ts";
import { ensureServicesImage } from "../../../src/images/servicesImage.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { freeStackPorts, portValues, type StackPorts } from "./stackPorts.ts";

/** The real program, run on this machine for a test, under a stack name and on ports of its own. */
export interface TestStack {
    readonly project: string;
    readonly stack: string;
    readonly environment: Environment;
    readonly topology: Topology;
    readonly access: Access;
    readonly api: ManagementApi;
    readonly ports: StackPorts;
    readonly docker: Docker;
    /** The name of a container of this stack: `rabbitmq-0`, `gateway-0`. */
    readonly container: (suffix: string) => string;
    readonly remove: () => Promise<void>;
}

const project = "spot-messaging";

/** The SDK's runtime is one for a process, and free ports are free only until another stack has them. */
let lastStart: Promise<unknown> = Promise.resolve();

/**
 * Starts the program with the values of the dev stack and what a test changes in them; after the stacks that this process starts now.
 * @param name the stack's name, different for tests that run in parallel
 */
export async function startStack(
    name: string,
    version: BrokerVersion,
    changes: Readonly<Record<string, string>> = {},
): Promise<TestStack> {
    const start = lastStart.then(() => startNow(name, version, changes));
    lastStart = start.catch(() => undefined);
    return await start;
}

async function startNow(
    name: string,
    version: BrokerVersion,
    changes: Readonly<Record<string, string>>,
): Promise<TestStack> {
    const report = (message: string): void => {
        process.stderr.write(`${name}: ${message}\n`);
    };
    const ports = await freeStackPorts();
    const raw = {
        ...(await readStackConfig("dev")),
        brokerVersion: version,
        deployServices: "false",
        ...portValues(ports),
        ...changes,
    };
    const environment = parseEnvironment(name, raw);
    const docker = await connectContainerEngine(report);
    const { cluster, deployment } = environment;
    if (cluster.kind === "docker") {
        await ensureBrokerImage(docker, { image: cluster.image, version }, report);
    }
    if (deployment.kind === "docker") {
        await ensureServicesImage(docker, report);
    }
    // The program runs when it is imported: a fresh copy for each stack.
    vi.resetModules();
    const { outputs } = await runLocally({
        project,
        stack: name,
        config: Object.fromEntries(Object.entries(raw).map(([key, value]) => [`${project}:${key}`, value])),
        program: () => import("../../../src/index.ts"),
        docker,
    });
    const access = parseAccess(outputs);
    return {
        project,
        stack: name,
        environment,
        topology: buildTopology(environment),
        access,
        api: brokerOf(access),
        ports,
        docker,
        container: (suffix) => `${project}-${name}-${suffix}`,
        remove: async () => {
            await removeLocally(docker, project, name);
        },
    };
}
