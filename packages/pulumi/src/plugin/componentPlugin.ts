import * as pulumi from "@pulumi/pulumi";
import { UsageError } from "@spot-messaging/topology";
import { MessagingTopology } from "../messagingTopology.ts";
import { RabbitMqCluster } from "../rabbitMqCluster.ts";
import { clusterInputs, readInputs, topologyInputs } from "./pluginInputs.ts";
import { pluginSchema } from "./schema.ts";

type Construct = (
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
) => pulumi.provider.ConstructResult;

/** Creates components from the inputs of programs in other languages; the schema describes the same inputs to the engine. */
const components: Readonly<Record<string, Construct>> = {
    "messaging:index:MessagingTopology": (name, inputs, options) => {
        const topology = new MessagingTopology(name, readInputs(topologyInputs, inputs), options);
        return {
            urn: topology.urn,
            state: { passwords: pulumi.secret(Object.fromEntries(topology.passwords)) },
        };
    },
    "messaging:index:RabbitMqCluster": (name, { password, ...plain }, options) => {
        const cluster = new RabbitMqCluster(
            name,
            {
                ...readInputs(clusterInputs, plain),
                ...(password !== undefined && {
                    password: password as pulumi.Input<string>, // The schema has the same type.
                }),
            },
            options,
        );
        // A resource that uses the endpoint waits for a broker that answers.
        const endpoint = pulumi.all([cluster.endpoint, cluster.provider.urn]).apply(([each]) => each);
        const { username, address } = cluster;
        return { urn: cluster.urn, state: { endpoint, username, password: cluster.password, address } };
    },
};

/** The component provider, which Pulumi's engine calls for a program in any language. */
export class ComponentPlugin implements pulumi.provider.Provider {
    readonly version: string;

    constructor(version: string) {
        this.version = version;
    }

    getSchema(): Promise<string> {
        return Promise.resolve(JSON.stringify(pluginSchema(this.version)));
    }

    // eslint-disable-next-line @typescript-eslint/require-await -- an error must be a rejection
    async construct(
        name: string,
        type: string,
        inputs: pulumi.Inputs,
        options: pulumi.ComponentResourceOptions,
    ): Promise<pulumi.provider.ConstructResult> {
        const construct = components[type];
        if (construct === undefined) {
            const names = Object.keys(components).join(", ");
            throw new UsageError(`component "${type}" does not exist; choose from ${names}`);
        }
        return construct(name, inputs, options);
    }
}
