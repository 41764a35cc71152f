import type Docker from "dockerode";
import pLimit from "p-limit";
import { dockerReason, dockerStatus } from "./dockerProblem.ts";
import type { OnLocalEvent } from "./event.ts";
import { LocalRunError } from "./localRunError.ts";
import { type LocalStack, ownedBy } from "./ownership.ts";

/** The names of the removed objects. */
export interface Removed {
    readonly containers: readonly string[];
    readonly networks: readonly string[];
    readonly volumes: readonly string[];
}

interface OwnedObject {
    readonly type: "container" | "network" | "volume";
    readonly name: string;
    readonly remove: () => Promise<unknown>;
}

const concurrency = 8;

/**
 * Removes all objects of a stack's local runs, and the anonymous volumes of their containers. Containers are killed, because a local run
 * keeps no data that a graceful stop could save. Can be repeated.
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
    const ownedContainers = containers.map(
        ({ Id, Names }): OwnedObject => ({
            type: "container",
            name: Names[0]?.replace(/^\//, "") ?? Id,
            remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
        }),
    );
    const ownedNetworks = networks.map(
        ({ Id, Name }): OwnedObject => ({
            type: "network",
            name: Name,
            remove: () => docker.getNetwork(Id).remove(),
        }),
    );
    const ownedVolumes = volumes.Volumes.map(
        ({ Name }): OwnedObject => ({
            type: "volume",
            name: Name,
            remove: () => docker.getVolume(Name).remove(),
        }),
    );

    for (const { Id } of networks) {
        await disconnectContainers(docker, Id);
    }
    const total = containers.length + networks.length + volumes.Volumes.length;
    const limit = pLimit(concurrency);
    const problems: string[] = [];
    let done = 0;
    // In this order, because a container uses its network and its volumes.
    for (const objects of [ownedContainers, ownedNetworks, ownedVolumes]) {
        await limit.map(objects, async ({ type, name, remove }) => {
            onEvent?.({ kind: "removing", type, name, done, total });
            try {
                await isAlreadyRemoved(remove);
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
    const sortedNames = (doomed: readonly OwnedObject[]): string[] => doomed.map(({ name }) => name).sort();
    return {
        containers: sortedNames(ownedContainers),
        networks: sortedNames(ownedNetworks),
        volumes: sortedNames(ownedVolumes),
    };
}

/** Another process may have removed it (404) or may be removing it (409 "removal … is already in progress"). */
async function isAlreadyRemoved(remove: () => Promise<unknown>): Promise<void> {
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
 * Disconnects every container, including the user's own ones, because each keeps the network in use. One by one: Docker Engine 20.10 does
 * not lock a network's endpoint counter. Parallel disconnects can leave it above zero, and then the network can never be removed. A failed
 * disconnect shows when the network is removed.
 */
async function disconnectContainers(docker: Docker, id: string): Promise<void> {
    const network = docker.getNetwork(id);
    const { Containers: connected } = await network.inspect().catch(() => ({ Containers: {} }));
    for (const container of Object.keys(connected ?? {})) {
        await network.disconnect({ Container: container, Force: true }).catch(() => undefined);
    }
}
