import * as pulumi from "@pulumi/pulumi";
import { type DeclarationInput, UsageError } from "@spot-messaging/topology";
import { readBrokerVersion } from "../brokerVersion.ts";
import { readCluster } from "../cluster/clusterInput.ts";
import { MessagingTopology } from "../messagingTopology.ts";
import { RabbitMqCluster } from "../rabbitMqCluster.ts";
import { pluginSchema } from "./schema.ts";

type Construct = (
    name: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
) => pulumi.provider.ConstructResult;

/** Makes components of what programs in other languages say; the schema says the same to the engine. */
const components: Readonly<Record<string, Construct>> = {
    "messaging:index:MessagingTopology": (name, inputs, options) => {
        const topology = new MessagingTopology(
            name,
            {
                brokerVersion: readBrokerVersion(inputs["brokerVersion"]),
                vhosts: known("vhosts", inputs["vhosts"]) as readonly DeclarationInput[], // declare() takes nothing for granted
            },
            options,
        );
        return {
            urn: topology.urn,
            state: { passwords: pulumi.secret(Object.fromEntries(topology.passwords)) },
        };
    },
    "messaging:index:RabbitMqCluster": (name, inputs, options) => {
        const cluster = new RabbitMqCluster(
            name,
            {
                cluster: readCluster(known("cluster", inputs["cluster"])),
                brokerVersion: readBrokerVersion(inputs["brokerVersion"]),
                prefix: String(inputs["prefix"]),
                retain: inputs["retain"] === true,
                ...(inputs["password"] !== undefined && {
                    password: inputs["password"] as pulumi.Input<string>, // the schema says so
                }),
            },
            options,
        );
        // Whoever uses the endpoint waits for a broker that answers.
        const endpoint = pulumi.all([cluster.endpoint, cluster.provider.urn]).apply(([each]) => each);
        const { username, password, address } = cluster;
        return { urn: cluster.urn, state: { endpoint, username, password, address } };
    },
};

/** A value without outputs in it. @throws UsageError */
function known(name: string, value: unknown): unknown {
    if (pulumi.Output.isInstance(value)) {
        throw new UsageError(
            `${name}: depends on the output of a resource; write plain values, since they decide which resources there are`,
        );
    }
    if (typeof value === "object" && value !== null) {
        for (const [key, inner] of Object.entries(value)) {
            known(`${name}.${key}`, inner);
        }
    }
    return value;
}

/** The components as Pulumi's engine asks for them on behalf of a program in any language. */
export class ComponentPlugin implements pulumi.provider.Provider {
    readonly version: string;

    constructor(version: string) {
        this.version = version;
    }

    getSchema(): Promise<string> {
        return Promise.resolve(JSON.stringify(pluginSchema(this.version)));
    }

    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must come as a rejection
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
