const any = { $ref: "pulumi.json#/Any" };
const text = { type: "string" };

/** An input that must be known in a preview, because it decides which resources exist. */
function plain(type: object, description: string): object {
    return { ...type, plain: true, description };
}

const respectSchemaVersion = { respectSchemaVersion: true };

/**
 * The components' schema for programs in other languages. Virtual hosts and clusters are plain data, validated by the components, so that
 * they are the same in every language and all problems are reported together.
 * @see https://www.pulumi.com/docs/iac/extending-pulumi/schema/
 */
export function pluginSchema(version: string): object {
    return {
        name: "messaging",
        version,
        displayName: "RabbitMQ messaging",
        description: "A RabbitMQ cluster and its messaging topology",
        language: {
            nodejs: respectSchemaVersion,
            python: respectSchemaVersion,
            go: respectSchemaVersion,
            csharp: respectSchemaVersion,
            java: respectSchemaVersion,
        },
        types: {
            "messaging:index:BrokerAddress": {
                type: "object",
                properties: {
                    hosts: { type: "array", items: text },
                    port: { type: "integer" },
                    tls: { type: "boolean" },
                },
                required: ["hosts", "port", "tls"],
            },
        },
        resources: {
            "messaging:index:MessagingTopology": {
                isComponent: true,
                description: "Declares virtual hosts with exchanges, queues, bindings, policies and users.",
                inputProperties: {
                    brokerVersion: plain(text, 'The minor version of RabbitMQ, such as "4.3".'),
                    vhosts: plain(
                        { type: "array", items: { ...any, plain: true } },
                        "The virtual hosts, each as plain data.",
                    ),
                },
                requiredInputs: ["brokerVersion", "vhosts"],
                properties: {
                    passwords: {
                        type: "object",
                        additionalProperties: text,
                        secret: true,
                        description: "The generated password of each user.",
                    },
                },
                required: ["passwords"],
            },
            "messaging:index:RabbitMqCluster": {
                isComponent: true,
                description: "A RabbitMQ cluster in Docker or on Kubernetes, or an existing one.",
                inputProperties: {
                    brokerVersion: plain(text, 'The minor version of RabbitMQ, such as "4.3".'),
                    cluster: plain(
                        any,
                        'The cluster, as plain data; "kind" is docker, kubernetes or external.',
                    ),
                    prefix: plain(
                        text,
                        "Prefix of the name of every container, network and volume. Default: the component's name.",
                    ),
                    retain: plain(
                        { type: "boolean" },
                        "Whether Pulumi refuses to delete nodes that hold messages. Default: false.",
                    ),
                    password: {
                        ...text,
                        secret: true,
                        description: "The administrator's password on an external broker.",
                    },
                },
                requiredInputs: ["brokerVersion", "cluster"],
                properties: {
                    endpoint: {
                        ...text,
                        description: "The management API's URL for the machine where the program runs.",
                    },
                    username: { ...text, description: "The administrator." },
                    password: { ...text, secret: true, description: "The administrator's password." },
                    address: {
                        $ref: "#/types/messaging:index:BrokerAddress",
                        description: "The broker's address for services.",
                    },
                },
                required: ["endpoint", "username", "password", "address"],
            },
        },
    };
}
