import type Docker from "dockerode";
import { vi } from "vitest";
import { type Access, brokerOf, parseAccess } from "../../../src/cli/access.js";
import { readStackConfig } from "../../../src/cli/stackFile.js";
import { parseEnvironment } from "../../../src/config/parseEnvironment.js";
import { ensureBrokerImage } from "../../../src/images/brokerImage.js";
import { connectContainerEngine } from "../../../src/images/containerEngine.js";
import { ensureServicesImage } from "../../../src/images/servicesImage.js";
import { removeLocally, runLocally } from "../../../src/local/localRun.js";
import type { BrokerVersion, Environment, Topology } from "../../../src/model/index.js";
import type { ManagementApi } from "../../../src/operate/managementApi.js";
import { buildTopology } from "../../../src/topology/index.js";
import { freeStackPorts, portValues, type StackPorts } from "./stackPorts.js";

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

/**
 * Starts the program with the values of the dev stack and what a test changes in them.
 * @param name the stack's name; two tests that run at once need different ones
 */
export async function startStack(
    name: string,
    version: BrokerVersion,
    changes: Readonly<Record<string, string>> = {},
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
        program: () => import("../../../src/index.js"),
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
