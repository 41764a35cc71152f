import type Docker from "dockerode";
import { dockerReason, dockerStatus } from "../dockerProblem.ts";
import type { LocalContext, Registration } from "../handler.ts";

const pullMs = 300_000;

/**
 * An image on this machine; it is pulled if it is missing.
 * @throws `image "x" is not on this machine and could not be pulled (reason); …`
 */
export async function presentImage(
    name: string,
    { waiting }: Pick<Registration, "waiting">,
    { docker, signal }: Pick<LocalContext, "docker" | "signal">,
): Promise<Docker.ImageInspectInfo> {
    const present = await inspectImage(docker, name);
    if (present !== undefined) {
        return present;
    }
    waiting(`pulling ${name}`);
    let reason = "the image is missing after the pull";
    try {
        await pull(docker, name, AbortSignal.any([signal, AbortSignal.timeout(pullMs)]));
    } catch (error) {
        signal.throwIfAborted();
        reason =
            error instanceof Error && error.name === "TimeoutError"
                ? `not within ${pullMs / 1000} s`
                : dockerReason(error);
    }
    const pulled = await inspectImage(docker, name);
    if (pulled === undefined) {
        throw new Error(
            `"${name}" is not on this machine and could not be pulled (${reason}); docker pull ${name} tries again, docker load brings it from a file`,
        );
    }
    return pulled;
}

async function inspectImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
    try {
        return await docker.getImage(name).inspect();
    } catch (error) {
        if (dockerStatus(error) === 404) {
            return undefined;
        }
        throw error;
    }
}

async function pull(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
    // Without a tag, the Docker Engine would pull every tag of the repository.
    const reference = /[:@][^/]+$/.test(name) ? name : `${name}:latest`;
    const stream = await docker.pull(reference, { abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
        signal.addEventListener("abort", () => {
            reject(signal.reason as Error); // The reason of an AbortSignal is a DOMException unless the caller set another one.
        });
        docker.modem.followProgress(stream, (error, events: readonly { error?: string }[] | null) => {
            const failed = events?.find((event) => event.error !== undefined)?.error;
            if (error !== null || failed !== undefined) {
                reject(error ?? new Error(failed));
            } else {
                resolve();
            }
        });
    });
}
