import type Docker from "dockerode";

/** Removes all containers, volumes and networks with a label; can be repeated. */
export async function removeLabelled(docker: Docker, label: string): Promise<void> {
    const filters = { label: [label] };
    const containers = await docker.listContainers({ all: true, filters });
    await Promise.all(
        containers.map(async ({ Id }) => {
            await unless(404, () => docker.getContainer(Id).remove({ force: true, v: true }));
        }),
    );
    for (const { Name } of (await docker.listVolumes({ filters })).Volumes) {
        await unless(404, () => docker.getVolume(Name).remove());
    }
    for (const { Id } of await docker.listNetworks({ filters })) {
        await unless(404, () => docker.getNetwork(Id).remove());
    }
}

/** Runs an operation of the engine; an answer with this status counts as done. */
export async function unless(status: number, operation: () => Promise<unknown>): Promise<void> {
    try {
        await operation();
    } catch (error) {
        if (!(error instanceof Error && "statusCode" in error && error.statusCode === status)) {
            throw error;
        }
    }
}
