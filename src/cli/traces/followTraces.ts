import { setTimeout as sleep } from "node:timers/promises";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { clientNetworks } from "../../environment/deployment.ts";
import { projectName } from "../project.ts";
import { readEnvironment } from "../stackFile.ts";
import { parseSpans, type Span } from "./span.ts";
import { buildTraces } from "./traceTree.ts";

/** The endpoint at which `npm run traces` receives spans, in the networks of the services. */
export const receiverEndpoint = "http://traces:4318";
const receiverAlias = new URL(receiverEndpoint).hostname;

/** Services export every five seconds; a trace without new spans for longer is complete. */
const quietMilliseconds = 11_000;

export interface FollowOptions {
    readonly milliseconds: number;
    /** Ends when the trace of this analysis is complete. */
    readonly id?: string;
    readonly signal: AbortSignal;
}

/**
 * The spans that the services of a stack export during some time.
 * @throws UserError if the stack exports none to here, or no service of it runs
 */
export async function followTraces(
    stack: string,
    options: FollowOptions,
    report: (message: string) => void,
): Promise<readonly Span[]> {
    const { deployment } = await readEnvironment(stack);
    if (deployment.kind !== "docker" || deployment.tracesEndpoint !== receiverEndpoint) {
        throw new UserError(
            `stack "${stack}" exports no traces to this command; set spot-messaging:tracesEndpoint to ${receiverEndpoint} in Pulumi.${stack}.yaml, and start the stack again`,
        );
    }
    const docker = await connectContainerEngine(report);
    return await receiveTraces(docker, stack, options, report);
}

/** The same for a stack whose services are known to export to {@link receiverEndpoint}. */
export async function receiveTraces(
    docker: Docker,
    stack: string,
    { milliseconds, id, signal }: FollowOptions,
    report: (message: string) => void,
): Promise<readonly Span[]> {
    const receiver = await startReceiver(docker, stack);
    try {
        report(`receiving the traces of stack "${stack}" for ${Math.round(milliseconds / 1000)} s`);
        const end = Date.now() + milliseconds;
        let spans: readonly Span[] = [];
        let changed = Date.now();
        while (Date.now() < end && !signal.aborted) {
            await sleep(500);
            const now = await received(receiver);
            changed = now.length === spans.length ? changed : Date.now();
            spans = now;
            const isFound = id !== undefined && buildTraces(spans, id).length > 0;
            if (isFound && Date.now() - changed > quietMilliseconds) {
                break;
            }
        }
        return await received(receiver);
    } finally {
        await receiver.remove({ force: true });
    }
}

/** Runs the receiver of the services' own image in the networks of the services, which no process outside can be reached from. */
async function startReceiver(docker: Docker, stack: string): Promise<Docker.Container> {
    const prefix = `${projectName}-${stack}`;
    const image = await imageOf(docker, `${prefix}-gateway-0`, stack);
    const name = `${prefix}-traces`;
    const [first, ...others] = clientNetworks.map((network) => `${prefix}-${network}`);
    const aliases = { Aliases: [receiverAlias] };
    const container = await docker
        .createContainer({
            name,
            Image: image,
            Cmd: ["traces"],
            HostConfig: {
                NetworkMode: first ?? "none",
                ReadonlyRootfs: true,
                CapDrop: ["ALL"],
                SecurityOpt: ["no-new-privileges"],
                Init: true,
            },
            NetworkingConfig: { EndpointsConfig: { [first ?? "none"]: aliases } },
        })
        .catch((error: unknown) => {
            throw (error as { statusCode?: number }).statusCode === 409
                ? new UserError(
                      `container "${name}" exists: npm run traces already runs; end it, or remove it`,
                  )
                : error;
        });
    try {
        for (const network of others) {
            await docker.getNetwork(network).connect({ Container: container.id, EndpointConfig: aliases });
        }
        await container.start();
        return container;
    } catch (error) {
        await container.remove({ force: true });
        throw error;
    }
}

async function imageOf(docker: Docker, container: string, stack: string): Promise<string> {
    try {
        return (await docker.getContainer(container).inspect()).Image;
    } catch {
        throw new UserError(
            `stack "${stack}" has no container "${container}"; start it with npm start or npm run up -- ${stack}`,
        );
    }
}

async function received(container: Docker.Container): Promise<readonly Span[]> {
    const log = await container.logs({ stdout: true, stderr: false });
    const complete = linesOf(log);
    return parseSpans(complete);
}

/** The complete lines of a log, in which the engine writes eight bytes before each part. */
function linesOf(log: Buffer): readonly string[] {
    const parts: Buffer[] = [];
    for (let offset = 0; offset + 8 <= log.length; ) {
        const length = log.readUInt32BE(offset + 4);
        parts.push(log.subarray(offset + 8, offset + 8 + length));
        offset += 8 + length;
    }
    return Buffer.concat(parts).toString("utf8").split("\n").slice(0, -1);
}
