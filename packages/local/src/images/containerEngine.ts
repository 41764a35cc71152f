import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { UserError } from "@spot-messaging/topology";
import Docker from "dockerode";
import { defaultDaemon, startDaemon } from "./engineDaemon.ts";
import { canInstallPackages, type Host, readHost } from "./host.ts";
import type { Report } from "./report.ts";

/** A healthy engine answers within this time, even under load. */
const answerWithinMilliseconds = 10_000;

/** Everything that determines the way out when no container engine answers. */
export interface EngineSituation {
    readonly host: Host;
    /** The value of DOCKER_HOST, if it is set. */
    readonly dockerHost?: string;
    /** An existing socket that this user has no permission to open. */
    readonly deniedSocket?: string;
}

export type EngineRemedy =
    | { readonly kind: "start" }
    | { readonly kind: "explain"; readonly sentence: string };

/** The way out when no container engine answers: start one, or show this sentence to the user. */
export function engineRemedy({ host, dockerHost, deniedSocket }: EngineSituation): EngineRemedy {
    if (dockerHost !== undefined) {
        return explain(
            `container engine "${dockerHost}": does not answer; start it, or unset DOCKER_HOST to use this machine's own`,
        );
    }
    if (deniedSocket !== undefined) {
        return explain(
            `container engine "${deniedSocket}": this user has no permission to use it; add the user to the group docker and log in again, or become root`,
        );
    }
    if (canInstallPackages(host)) {
        return { kind: "start" };
    }
    const product = host.platform === "linux" ? "Docker Engine" : "Docker Desktop";
    return explain(
        `container engine "docker": does not run on this machine; install and start ${product} (https://docs.docker.com/get-docker/)${
            host.distribution === "debian" ? ", or run this as root, which does both" : ""
        }`,
    );
}

/**
 * A client of the container engine at DOCKER_HOST or on this machine, after a successful request. On Debian, a missing engine is installed
 * and started if the user is root.
 * @throws UserError `container engine "docker": does not run on this machine; install and start Docker Engine (…)`
 */
export async function connectContainerEngine(report: Report): Promise<Docker> {
    const dockerHost = process.env["DOCKER_HOST"];
    const named = dockerHost !== undefined && dockerHost !== "";
    const sockets = named || process.platform === "win32" ? [undefined] : localSockets();
    let deniedSocket: string | undefined;
    for (const socket of sockets) {
        const answer = await probe(socket);
        if (answer === "answers") {
            return client(socket);
        }
        if (answer === "denied") {
            deniedSocket ??= socket;
        }
    }
    const remedy = engineRemedy({
        host: readHost(),
        ...(named && { dockerHost }),
        ...(deniedSocket !== undefined && { deniedSocket }),
    });
    if (remedy.kind === "explain") {
        throw new UserError(remedy.sentence);
    }
    await startDaemon(defaultDaemon, async () => (await probe(defaultDaemon.socket)) === "answers", report);
    return client(defaultDaemon.socket);
}

function explain(sentence: string): EngineRemedy {
    return { kind: "explain", sentence };
}

/** The sockets of engines: the system's, a rootless one, Docker Desktop without its system-wide link. */
function localSockets(): readonly string[] {
    const runtimeFolder = process.env["XDG_RUNTIME_DIR"];
    return [
        defaultDaemon.socket,
        ...(runtimeFolder === undefined ? [] : [path.join(runtimeFolder, "docker.sock")]),
        path.join(homedir(), ".docker", "run", "docker.sock"),
    ].filter((socket) => existsSync(socket));
}

async function probe(socket: string | undefined): Promise<"answers" | "denied" | "silent"> {
    try {
        await client(socket, answerWithinMilliseconds).ping();
        return "answers";
    } catch (error) {
        return error instanceof Error && "code" in error && error.code === "EACCES" ? "denied" : "silent";
    }
}

/** @param socket - `undefined`: the default of DOCKER_HOST or of the platform */
function client(socket: string | undefined, timeout?: number): Docker {
    return new Docker({
        ...(socket !== undefined && { socketPath: socket }),
        ...(timeout !== undefined && { timeout }),
    });
}
