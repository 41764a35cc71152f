import type Docker from "dockerode";
import type { Plant } from "../plant.ts";
import type { Fault } from "./fault.ts";

/** A container that faults happen to, by its name. */
export function containerOf(plant: Plant, name: string): Docker.Container {
    const others: Readonly<Record<string, Docker.Container>> = {
        database: plant.database.container,
        "object store": plant.store.container,
        "mail server and webhook": plant.sink.container,
    };
    const found = plant.containers.get(name) ?? others[name];
    if (found === undefined) {
        throw new Error(`container "${name}": is not part of the plant`);
    }
    return found;
}

/** Ends a process without a chance to say anything, as a lost machine does, and starts it again. */
export function kill(name: string, group: string, holdMs: number): Fault {
    return {
        kind: "kill",
        title: `kill -9 ${name}`,
        group: `kill ${group}`,
        holdMs,
        inject: (plant) => killed(containerOf(plant, name)),
        repair: (plant) => started(containerOf(plant, name)),
    };
}

/** All replicas of a service together. */
export function killAll(service: string, replicas: number, holdMs: number): Fault {
    const names = Array.from({ length: replicas }, (_, index) => `${service}-${index}`);
    return {
        kind: "kill-all",
        title: `kill -9 all replicas of ${service}`,
        group: "kill all replicas",
        holdMs,
        inject: async (plant) => {
            await Promise.all(names.map((name) => killed(containerOf(plant, name))));
        },
        repair: async (plant) => {
            await Promise.all(names.map((name) => started(containerOf(plant, name))));
        },
    };
}

/** A stop that lets the process finish, and a start. */
export function restart(name: string): Fault {
    return {
        kind: "restart",
        title: `restart ${name}`,
        group: "restart",
        holdMs: 0,
        inject: async (plant) => {
            await unless(304, () => containerOf(plant, name).stop({ t: 30 }));
        },
        repair: (plant) => started(containerOf(plant, name)),
    };
}

/** The processes get no processor, and their connections stay open. */
export function pause(name: string, group: string, holdMs: number): Fault {
    return {
        kind: "pause",
        title: `pause ${name}`,
        group: `pause ${group}`,
        holdMs,
        inject: async (plant) => {
            await containerOf(plant, name).pause();
        },
        repair: (plant) => resumed(containerOf(plant, name)),
    };
}

/** A mail server and a webhook receiver that are stopped: connections are refused. */
export function outage(holdMs: number): Fault {
    const name = "mail server and webhook";
    return {
        kind: "outage",
        title: `outage of ${name}`,
        group: "outage",
        holdMs,
        inject: (plant) => killed(containerOf(plant, name)),
        repair: (plant) => started(containerOf(plant, name)),
    };
}

/** Takes a container out of all its networks: nothing is answered, refused or closed. */
export function cut(name: string, group: string, holdMs: number): Fault {
    let before: readonly Attachment[] = [];
    return {
        kind: "cut",
        title: `cut ${name} off`,
        group: `cut ${group}`,
        holdMs,
        inject: async (plant) => {
            const container = containerOf(plant, name);
            before = await attachments(container);
            for (const { network } of before) {
                await plant.docker.getNetwork(network).disconnect({ Container: container.id, Force: true });
            }
        },
        repair: async (plant) => {
            const container = containerOf(plant, name);
            const now = (await attachments(container)).map(({ network }) => network);
            for (const { network, aliases } of before.filter((each) => !now.includes(each.network))) {
                await plant.docker.getNetwork(network).connect({
                    Container: container.id,
                    EndpointConfig: { Aliases: [...aliases] },
                });
            }
        },
    };
}

interface Attachment {
    readonly network: string;
    readonly aliases: readonly string[];
}

async function attachments(container: Docker.Container): Promise<readonly Attachment[]> {
    const { NetworkSettings, Id } = await container.inspect();
    return Object.entries(NetworkSettings.Networks).map(([network, { Aliases }]) => ({
        network,
        // The engine adds the short id itself.
        aliases: ((Aliases ?? []) as string[]).filter((alias) => !Id.startsWith(alias)),
    }));
}

/** 409: it does not run, because it ended by itself or a fault before left it so. */
async function killed(container: Docker.Container): Promise<void> {
    await unless(409, () => container.kill({ signal: "SIGKILL" }));
}

/** 304: it already runs; for a stop: it already ended. */
async function started(container: Docker.Container): Promise<void> {
    await unless(304, () => container.start());
}

async function resumed(container: Docker.Container): Promise<void> {
    const { State } = await container.inspect();
    if (State.Paused) {
        await container.unpause();
    }
}

/** Brings a container back to work, after any fault. */
export async function revive(container: Docker.Container): Promise<void> {
    await resumed(container);
    await started(container);
}

async function unless(status: number, operation: () => Promise<unknown>): Promise<void> {
    try {
        await operation();
    } catch (error) {
        if (!(error instanceof Error && "statusCode" in error && error.statusCode === status)) {
            throw error;
        }
    }
}
