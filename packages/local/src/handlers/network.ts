import { z } from "zod";
import { dockerReason } from "../dockerProblem.ts";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { dockerLabels, labelRecord } from "./dockerLabels.ts";

export const network = localHandler({
    type: "docker:index/network:Network",
    noun: "network",
    inputs: z.strictObject({
        name: z.string().optional(),
        driver: z.string().optional(),
        internal: z.boolean().default(false),
        attachable: z.boolean().default(false),
        ipv6: z.boolean().default(false),
        options: z.record(z.string(), z.string()).default({}),
        ipamConfigs: z
            .array(
                z.strictObject({
                    subnet: z.string().optional(),
                    gateway: z.string().optional(),
                    ipRange: z.string().optional(),
                }),
            )
            .optional(),
        labels: dockerLabels,
    }),
    create: async (inputs, registration, { docker, labels }) => {
        const name = autoName(inputs.name, registration);
        try {
            const created = await docker.createNetwork({
                Name: name,
                // Without it, Docker would create a second network of the same name.
                CheckDuplicate: true,
                Driver: inputs.driver ?? "bridge",
                Internal: inputs.internal,
                Attachable: inputs.attachable,
                EnableIPv6: inputs.ipv6,
                Options: inputs.options,
                Labels: labelRecord(inputs.labels, labels),
                ...(inputs.ipamConfigs === undefined
                    ? {}
                    : {
                          IPAM: {
                              Driver: "default",
                              Config: inputs.ipamConfigs.map(({ subnet, gateway, ipRange }) => ({
                                  ...(subnet === undefined ? {} : { Subnet: subnet }),
                                  ...(gateway === undefined ? {} : { Gateway: gateway }),
                                  ...(ipRange === undefined ? {} : { IPRange: ipRange }),
                              })),
                          },
                      }),
            });
            return { id: created.id, state: { name, driver: inputs.driver ?? "bridge", scope: "local" } };
        } catch (error) {
            throw new Error(`Docker refused to create it (${dockerReason(error)})`, { cause: error });
        }
    },
});
