import type Docker from "dockerode";
import pLimit from "p-limit";
import { dockerReason, dockerStatus } from "./dockerProblem.ts";
import type { OnLocalEvent } from "./event.ts";
import { LocalRunError } from "./localRunError.ts";
import { type LocalStack, ownedBy } from "./ownership.ts";

/** The names of what a removal found and removed. */
export interface Removed {
    readonly containers: readonly string[];
    readonly networks: readonly string[];
    readonly volumes: readonly string[];
}

interface Doomed {
    readonly type: "container" | "network" | "volume";
    readonly name: string;
    readonly remove: () => Promise<unknown>;
}

const atOnce = 8;

/**
 * Removes everything that local runs of a stack made, and the anonymous volumes of their containers. Containers
 * are killed: a local run keeps no data, so there is nothing that a graceful end would save. May be repeated.
 * @throws LocalRunError with what could not be removed
 */
export async function removeOwned(
    docker: Docker,
    owner: LocalStack,
    onEvent?: OnLocalEvent,
): Promise<Removed> {
    const filters = ownedBy(owner);
    const [containers, networks, volumes] = await Promise.all([
        docker.listContainers({ all: true, filters }),
        docker.listNetworks({ filters }),
        docker.listVolumes({ filters }),
    ]);
    const doomedContainers = containers.map(
        ({ Id, Names }): Doomed => ({
            type: "container",
            name: Names[0]?.replace(/^\//, "") ?? Id,
            remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
        }),
    );
    const doomedNetworks = networks.map(
        ({ Id, Name }): Doomed => ({
            type: "network",
            name: Name,
            remove: () => docker.getNetwork(Id).remove(),
        }),
    );
    const doomedVolumes = volumes.Volumes.map(
        ({ Name }): Doomed => ({ type: "volume", name: Name, remove: () => docker.getVolume(Name).remove() }),
    );

    for (const { Id } of networks) {
        await leaveNetwork(docker, Id);
    }
    const total = containers.length + networks.length + volumes.Volumes.length;
    const limit = pLimit(atOnce);
    const problems: string[] = [];
    let done = 0;
    // In this order, since a container holds its network and its volumes.
    for (const doomed of [doomedContainers, doomedNetworks, doomedVolumes]) {
        await limit.map(doomed, async ({ type, name, remove }) => {
            onEvent?.({ kind: "removing", type, name, done, total });
            try {
                await removedAnyhow(remove);
                done += 1;
                onEvent?.({ kind: "removed", type, name, done, total });
            } catch (error) {
                problems.push(
                    `${type} "${name}" could not be removed (${dockerReason(error)}); docker ${type} rm ${name} tries again`,
                );
            }
        });
    }
    if (problems.length > 0) {
        throw new LocalRunError(problems);
    }
    const named = (doomed: readonly Doomed[]): string[] => doomed.map(({ name }) => name).sort();
    return {
        containers: named(doomedContainers),
        networks: named(doomedNetworks),
        volumes: named(doomedVolumes),
    };
}

/** Somebody else may have removed it (404) or be about to (409 "removal … is already in progress"). */
async function removedAnyhow(remove: () => Promise<unknown>): Promise<void> {
    try {
        await remove();
    } catch (error) {
        const underWay = dockerStatus(error) === 409 && dockerReason(error).includes("already in progress");
        if (dockerStatus(error) !== 404 && !underWay) {
            throw error;
        }
    }
}

/**
 * Disconnects every container, also one of the user's own, which would keep the network in use. One after another: Docker Engine 20.10 does not
 * lock the number of a network's endpoints when they go, and where several went at once it may count one for ever, and never let the network be
 * removed. Whoever is not let go, or is gone already, shows when the network is removed.
 */
async function leaveNetwork(docker: Docker, id: string): Promise<void> {
    const network = docker.getNetwork(id);
    const { Containers: connected } = await network.inspect().catch(() => ({ Containers: {} }));
    for (const container of Object.keys(connected ?? {})) {
        await network.disconnect({ Container: container, Force: true }).catch(() => undefined);
    }
}
