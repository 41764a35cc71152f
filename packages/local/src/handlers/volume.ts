import { z } from "zod";
import { dockerReason, dockerStatus } from "../dockerProblem.ts";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { dockerLabels, labelRecord } from "./dockerLabels.ts";

export const volume = localHandler({
    type: "docker:index/volume:Volume",
    noun: "volume",
    inputs: z.strictObject({
        name: z.string().optional(),
        driver: z.string().optional(),
        driverOpts: z.record(z.string(), z.string()).default({}),
        labels: dockerLabels,
    }),
    create: async (inputs, registration, { docker, labels }) => {
        const name = autoName(inputs.name, registration);
        // Docker answers "created" also for an existing volume and keeps its content.
        const existing = await docker
            .getVolume(name)
            .inspect()
            .catch((error: unknown) => {
                if (dockerStatus(error) === 404) {
                    return undefined;
                }
                throw error;
            });
        if (existing !== undefined) {
            throw new Error(
                `a volume named "${name}" exists already; remove it with docker volume rm ${name}`,
            );
        }
        try {
            await docker.createVolume({
                Name: name,
                Driver: inputs.driver ?? "local",
                DriverOpts: inputs.driverOpts,
                Labels: labelRecord(inputs.labels, labels),
            });
            const { Driver, Mountpoint } = await docker.getVolume(name).inspect();
            return { id: name, state: { name, driver: Driver, mountpoint: Mountpoint } };
        } catch (error) {
            throw new Error(`Docker refused to create it (${dockerReason(error)})`, { cause: error });
        }
    },
});
