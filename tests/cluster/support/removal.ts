import type Docker from "dockerode";
import { clusterLabel } from "./machine.ts";

/** Removes a cluster's machines and network, with everything that ran in them; can be repeated. */
export async function removeCluster(docker: Docker, name: string): Promise<void> {
    const filters = { label: [`${clusterLabel}=${name}`] };
    const machines = await docker.listContainers({ all: true, filters });
    await Promise.all(
        machines.map(async ({ Id }) => {
            await docker.getContainer(Id).remove({ force: true, v: true });
        }),
    );
    for (const { Name } of (await docker.listVolumes({ filters })).Volumes) {
        await docker.getVolume(Name).remove();
    }
    for (const { Id } of await docker.listNetworks({ filters })) {
        await docker.getNetwork(Id).remove();
    }
}
