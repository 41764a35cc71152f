import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { statefulServices } from "../../../src/environment/deployment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devConfig, externalConfig, prodConfig } from "../environments.ts";
import { found } from "../found.ts";
import { declaredBy } from "./declared.ts";
import { type Answer, mask, passwordOf, type Registration, recordProgram } from "./recorder.ts";

// Mocks know neither schemas nor defaults nor replacement: the real engine's preview and the live tests do.

const externalValues: RawConfig = { ...externalConfig, password: passwordOf("broker") };
const dev = await recordProgram("dev", devConfig);
const prod = await recordProgram("prod", prodConfig);
const external = await recordProgram("external", externalValues);
const stacks: readonly [string, RawConfig, readonly Registration[]][] = [
    ["dev", devConfig, dev],
    ["prod", prodConfig, prod],
    ["external", externalValues, external],
];

function ofType(registrations: readonly Registration[], type: string): readonly Registration[] {
    return registrations.filter((each) => each.type === type);
}

const container = "docker:index/container:Container";
const rabbitmq = (noun: string): string =>
    `rabbitmq:index/${noun[0]?.toLowerCase() ?? ""}${noun.slice(1)}:${noun}`;

function countsOf(registrations: readonly Registration[]): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { type } of registrations) {
        counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
}

/** The published ports of a container; one that publishes on all interfaces has no `ip`, and is refused. */
function portsOf(inputs: Registration["inputs"]): readonly z.infer<typeof port>[] {
    return z.array(port).parse(inputs["ports"] ?? []);
}

const port = z.strictObject({ ip: z.string(), external: z.number(), internal: z.number() });

/** The topology of a stack, and its services that run somewhere. */
function modelOf(
    stack: string,
    config: RawConfig,
): { topology: Topology; services: number; analyzers: number } {
    const environment = parseEnvironment(stack, config);
    const topology = buildTopology(environment);
    return {
        topology,
        services: topology.services.filter(({ workload }) => workload !== undefined).length,
        analyzers: environment.analyzers.length,
    };
}

/** The users with topic permissions: one resource has all of a user's. */
function topicUsers({ topicPermissions }: Topology): number {
    return new Set(topicPermissions.map(({ vhost, user }) => `${vhost} ${user}`)).size;
}

/** One resource for each object of the topology, and three of Pulumi itself. */
function topologyCounts(topology: Topology): Readonly<Record<string, number>> {
    return {
        "messaging:index:RabbitMqCluster": 1,
        "messaging:index:MessagingTopology": 1,
        "pulumi:providers:rabbitmq": 1,
        [rabbitmq("VHost")]: topology.vhosts.length,
        [rabbitmq("User")]: topology.users.length,
        [rabbitmq("Permissions")]: topology.permissions.length,
        [rabbitmq("TopicPermissions")]: topicUsers(topology),
        [rabbitmq("Exchange")]: topology.exchanges.length,
        [rabbitmq("Queue")]: topology.queues.length,
        [rabbitmq("Binding")]: topology.bindings.length,
        [rabbitmq("Policy")]: topology.policies.length,
        [rabbitmq("OperatorPolicy")]: topology.operatorPolicies.length,
    };
}

describe.each(stacks)("the program of the %s stack", (stack, config, registrations) => {
    it("declares on the broker, object by object, what the model says", () => {
        const topology = buildTopology(parseEnvironment(stack, config));
        expect(declaredBy(registrations)).toEqual(toDefinitions(topology));
    });

    it("gives no two resources of a type one name", () => {
        const names = registrations.map(({ type, name }) => `${type} ${name}`);
        expect(new Set(names).size).toBe(names.length);
    });

    it("never writes an Output into a text", () => {
        expect(registrations.filter(({ inputs }) => JSON.stringify(inputs).includes("Calling [to"))).toEqual(
            [],
        );
    });

    it("shows no password to anybody", () => {
        const shown = registrations.filter(({ masked }) => JSON.stringify(masked).includes("pa55word"));
        expect(shown.map(({ name }) => name)).toEqual([]);
    });

    it("gives each user a password of its own, as a secret", () => {
        const users = ofType(registrations, rabbitmq("User"));
        expect(users).toHaveLength(modelOf(stack, config).topology.users.length);
        for (const { inputs, masked } of users) {
            expect(inputs["password"]).toBe(passwordOf(`spot-password-${String(inputs["name"])}`));
            expect(masked["password"]).toBe(mask);
        }
    });

    it("declares through the cluster's own provider, whose password is a secret", () => {
        const [provider] = ofType(registrations, "pulumi:providers:rabbitmq");
        expect(found(provider, "a provider").masked["password"]).toBe(mask);
        const declared = registrations.filter(({ type }) => type.startsWith("rabbitmq:"));
        expect(declared.filter((each) => !each.provider.includes("::rabbitmq-provider::"))).toEqual([]);
    });
});

describe("the program of the dev stack", () => {
    const { topology, services } = modelOf("dev", devConfig);

    it("registers exactly so many resources of each type", () => {
        expect(countsOf(dev)).toEqual({
            ...topologyCounts(topology),
            "messaging:index:DockerBroker": 1,
            "messaging:index:SpotServices": 1,
            "messaging:index:ServiceAccess": 1,
            "messaging:index:ConsumerService": services,
            // The administrator's and the nodes' common cookie.
            "random:index/randomPassword:RandomPassword": topology.users.length + 2,
            "docker:index/remoteImage:RemoteImage": 2,
            // For published ports of the broker and of the gateway; for clients: the gateway, and all others.
            "docker:index/network:Network": 4,
            // The node's, the one of an earlier release, the e-mails, and for each service its data and its files.
            "docker:index/volume:Volume": 3 + 2 * services,
            // A broker of one node, and the container that fills the volumes with files.
            [container]: 2 + services,
        });
    });

    it("puts passwords into no container but as uploaded files, which are secret", () => {
        const containers = ofType(dev, container);
        expect(containers).toHaveLength(2 + services);
        const uploading = containers.filter(({ inputs, masked }) => {
            const { uploads = [], ...rest } = inputs;
            expect(JSON.stringify(rest)).not.toContain("pa55word");
            // One secret file makes the whole list secret.
            expect(masked["uploads"]).toBe("uploads" in inputs && uploads !== undefined ? mask : undefined);
            return JSON.stringify(uploads).includes("pa55word");
        });
        expect(uploading.map(({ name }) => name).sort()).toEqual([
            "rabbitmq-docker-node-0",
            "services-files",
        ]);
    });

    it("gives each service a volume with its own password and no other", () => {
        const [filling] = ofType(dev, container).filter(({ name }) => name === "services-files");
        const { uploads, volumes } = z
            .object({
                uploads: z.array(z.object({ file: z.string(), content: z.string() })),
                volumes: z.array(z.object({ containerPath: z.string(), volumeName: z.string() })),
            })
            .parse(filling?.inputs);
        const deployed = topology.services.filter(({ workload }) => workload !== undefined);
        for (const { name } of deployed) {
            const own = uploads.filter(({ file }) => file.startsWith(`/files/${name}/`));
            expect(own.map(({ file }) => file)).toEqual(
                ["contract.json", "connection.json"].map((file) => `/files/${name}/${file}`),
            );
            expect(JSON.stringify(own).match(/pa55word-of-[\w.-]+/g)).toEqual([
                passwordOf(`spot-password-${name}`),
            ]);
            const volume = volumes.find(
                ({ containerPath }) => containerPath === `/files/${name}`,
            )?.volumeName;
            const users = ofType(dev, container)
                .filter(
                    ({ name: each, inputs }) =>
                        each !== "services-files" && JSON.stringify(inputs).includes(volume ?? ""),
                )
                .map((each) => each.name);
            expect(users).toEqual([`services-${name}-0`]);
        }
        expect(uploads).toHaveLength(2 * services);
    });

    it("lets only the gateway write e-mails, and only analyzers read them", () => {
        const mail = ofType(dev, container).flatMap(({ name, inputs }) => {
            const { volumes } = z
                .object({
                    volumes: z.array(z.object({ volumeName: z.string(), readOnly: z.boolean().optional() })),
                })
                .parse(inputs);
            return volumes
                .filter(({ volumeName }) => volumeName === "spot-messaging-dev-mail")
                .map(({ readOnly }) => `${name}${readOnly === true ? ", read-only" : ""}`);
        });
        expect(mail.sort()).toEqual([
            ...["attachments", "content", "headers", "links"].map(
                (each) => `services-analyzer.${each}-0, read-only`,
            ),
            "services-files",
            "services-gateway-0",
        ]);
    });

    it("has services in networks without a way to the internet, and the gateway in one of its own", () => {
        const networks = new Map(
            ofType(dev, "docker:index/network:Network").map(({ inputs }) => [
                String(inputs["name"]).replace("spot-messaging-dev", ""),
                inputs["internal"] === true || inputs["options"] !== undefined,
            ]),
        );
        expect(Object.fromEntries(networks)).toEqual({
            "": false,
            "-gateway": true,
            "-services": true,
            "-edge": true,
        });
        const joined = ofType(dev, container)
            .filter(({ name }) => name !== "services-files")
            .map(({ name, inputs }) => [
                name,
                z
                    .array(z.object({ name: z.string() }))
                    .parse(inputs["networksAdvanced"])
                    .map((each) => each.name.replace("spot-messaging-dev", "")),
            ]);
        expect(Object.fromEntries(joined)).toEqual({
            "rabbitmq-docker-node-0": ["", "-gateway", "-services"],
            ...Object.fromEntries(
                topology.services
                    .filter(({ workload }) => workload !== undefined)
                    .map(({ name }) => [`services-${name}-0`, ["-services"]]),
            ),
            "services-gateway-0": ["-gateway", "-edge"],
        });
    });

    it("publishes ports on the loopback interface only: the broker's three and the gateway's", () => {
        const ports = ofType(dev, container).flatMap(({ name, inputs }) =>
            portsOf(inputs).map(({ ip, external, internal }) => `${name} ${ip}:${external} -> ${internal}`),
        );
        expect(ports.sort()).toEqual([
            "rabbitmq-docker-node-0 127.0.0.1:15672 -> 15672",
            "rabbitmq-docker-node-0 127.0.0.1:15692 -> 15692",
            "rabbitmq-docker-node-0 127.0.0.1:5672 -> 5672",
            "services-gateway-0 127.0.0.1:18080 -> 8080",
        ]);
    });

    it("runs three nodes with one configuration; only the first publishes ports", async () => {
        const three = await recordProgram("dev", { ...devConfig, nodes: "3", deployServices: "false" });
        const nodes = ofType(three, container);
        expect(nodes.map(({ inputs }) => inputs["hostname"]).sort()).toEqual(
            [0, 1, 2].map((index) => `spot-messaging-dev-rabbitmq-${index}`),
        );
        const published = nodes.filter(({ inputs }) => portsOf(inputs).length > 0);
        expect(published.map(({ name }) => name)).toEqual(["rabbitmq-docker-node-0"]);
    });

    it("runs as many replicas of each analyzer as wanted, and one of everything else", async () => {
        const more = await recordProgram("dev", { ...devConfig, analyzerReplicas: "3" });
        const names = ofType(more, container).map(({ name }) => name);
        const { analyzers } = modelOf("dev", devConfig);
        expect(names).toHaveLength(2 + (services - analyzers) + analyzers * 3);
        expect(names.filter((name) => name.startsWith("services-analyzer.links")).sort()).toEqual([
            "services-analyzer.links-0",
            "services-analyzer.links-1",
            "services-analyzer.links-2",
        ]);
    });
});

describe("the program of the prod stack", () => {
    const { topology, services, analyzers } = modelOf("prod", prodConfig);

    it("registers exactly so many resources of each type, and none of Docker", () => {
        expect(countsOf(prod)).toEqual({
            ...topologyCounts(topology),
            "messaging:index:KubernetesBroker": 1,
            "messaging:index:SpotServices": 1,
            "messaging:index:ServiceAccess": 1,
            "messaging:index:KubernetesDatabase": 1,
            "messaging:index:ConsumerService": services,
            "messaging:index:ClusterMonitoring": 1,
            // The administrator's, the database's owner's, one role for each service with state, and the token of a client.
            "random:index/randomPassword:RandomPassword":
                topology.users.length + 2 + statefulServices.length + 1,
            "kubernetes:core/v1:NamespacePatch": 1,
            "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster": 1,
            "kubernetes:cert-manager.io/v1:Certificate": 1,
            "kubernetes:postgresql.cnpg.io/v1:Cluster": 1,
            "kubernetes:batch/v1:Job": 1,
            // The broker's, and those of the services, which all have more than one replica.
            "kubernetes:policy/v1:PodDisruptionBudget": 1 + services,
            // The namespace's, the broker's, the database's, its Job's, and one for each service.
            "kubernetes:networking.k8s.io/v1:NetworkPolicy": 4 + services,
            // The administrator's, KEDA's, the database's, its Job's, and one for each service.
            "kubernetes:core/v1:Secret": 4 + services,
            // A contract for each service, and the dashboards.
            "kubernetes:core/v1:ConfigMap": services + 3,
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
            "kubernetes:monitoring.coreos.com/v1:PodMonitor": 1,
            // The broker's, the platform's, and one for each service with queues.
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule": 4 + services,
            "kubernetes:core/v1:ServiceAccount": services,
            "kubernetes:core/v1:Service": 1,
            "kubernetes:networking.k8s.io/v1:Ingress": 1,
            "kubernetes:apps/v1:Deployment": services,
            "kubernetes:keda.sh/v1alpha1:TriggerAuthentication": 1,
            // The analyzers, the orchestrator and the result processor.
            "kubernetes:keda.sh/v1alpha1:ScaledObject": analyzers + 2,
        });
    });
});

describe("the program of a stack with an external broker", () => {
    const { topology } = modelOf("external", externalValues);

    it("registers exactly so many resources of each type, and none of Docker", () => {
        expect(countsOf(external)).toEqual({
            ...topologyCounts(topology),
            "random:index/randomPassword:RandomPassword": topology.users.length,
        });
    });

    it("declares on the configured broker with the configured password", () => {
        const provider = found(ofType(external, "pulumi:providers:rabbitmq")[0], "a provider");
        expect(provider.inputs).toEqual({
            endpoint: "https://rabbitmq.example.com",
            username: "spot-admin",
            password: passwordOf("broker"),
        });
    });
});

/** Names every object as a broker might that gave it another name: who uses the managed object's Output says the new one. */
const renaming: Answer = ({ type, inputs }) => {
    const renamed = ["VHost", "User", "Exchange", "Queue"].map(rabbitmq);
    const { name } = inputs as { name?: unknown }; // any resource's inputs are an object
    return renamed.includes(type) ? { name: `managed ${String(name)}` } : undefined;
};

describe("what refers to a managed object", () => {
    // So a replaced queue gets its bindings back. That the engine then replaces the binding, only the engine can show.
    it("takes the name from the object itself and not from the model", async () => {
        const registrations = await recordProgram("external", externalValues, renaming);
        const referring = (noun: string, ...keys: readonly string[]): readonly unknown[] =>
            ofType(registrations, rabbitmq(noun)).flatMap(({ inputs }) => keys.map((key) => inputs[key]));
        const names = [
            ...referring("Binding", "vhost", "source", "destination"),
            ...referring("Permissions", "user", "vhost"),
            ...referring("TopicPermissions", "user", "vhost"),
            ...["Exchange", "Queue", "Policy", "OperatorPolicy"].flatMap((noun) => referring(noun, "vhost")),
        ];
        const { topology } = modelOf("external", externalValues);
        expect(names).toHaveLength(
            topology.bindings.length * 3 +
                topology.permissions.length * 2 +
                topicUsers(topology) * 2 +
                topology.exchanges.length +
                topology.queues.length +
                topology.policies.length +
                topology.operatorPolicies.length,
        );
        expect(names.filter((each) => !String(each).startsWith("managed "))).toEqual([]);
    });
});

describe("the order of the dev stack", () => {
    const parking = /-binding-spot\.(dead%2Dletter|unrouted)-/;
    const isA =
        (noun: string) =>
        ({ type }: Registration): boolean =>
            type === rabbitmq(noun);
    const isService = ({ type, name }: Registration): boolean =>
        type === container && name.startsWith("services-") && name !== "services-files";
    const isNode = ({ type, name }: Registration): boolean =>
        type === container && !name.startsWith("services-");
    type Kind = (each: Registration) => boolean;

    it.each<[string, Kind, string, Kind]>([
        ["nodes", isNode, "the virtual host", isA("VHost")],
        ["the virtual host", isA("VHost"), "exchanges", isA("Exchange")],
        ["exchanges", isA("Exchange"), "policies", isA("Policy")],
        ["exchanges", isA("Exchange"), "topic permissions", isA("TopicPermissions")],
        // Without a record every key would be allowed.
        ["topic permissions", isA("TopicPermissions"), "permissions", isA("Permissions")],
        // A queue never holds a message without its policy.
        ["policies", isA("Policy"), "queues", isA("Queue")],
        // RabbitMQ would wait 30 s for each stream that both create at the same time.
        ["operator policies", isA("OperatorPolicy"), "queues", isA("Queue")],
        [
            "the bindings of dead letters",
            (each) => isA("Binding")(each) && parking.test(each.name),
            "all other bindings",
            (each) => isA("Binding")(each) && !parking.test(each.name),
        ],
        ["permissions", isA("Permissions"), "services", isService],
        ["bindings", isA("Binding"), "services", isService],
    ])("has %s before %s", (_, isEarlier, __, isLater) => {
        const earlier = dev.filter(isEarlier).map(({ done }) => done);
        const later = dev.filter(isLater).map(({ begun }) => begun);
        expect(Math.min(earlier.length, later.length)).toBeGreaterThan(0);
        expect(Math.max(...earlier)).toBeLessThan(Math.min(...later));
    });
});

describe("a stack that cannot be used", () => {
    it.each([
        [
            "dev",
            "a value that cannot be",
            { ...devConfig, nodes: "2" },
            'Pulumi.dev.yaml cannot be used:\n- Pulumi.dev.yaml: key "spot-messaging:nodes" has the value 2; write 1 or 3: with 2 nodes, the loss of either one stops the cluster',
        ],
        [
            "external",
            "no password",
            externalConfig,
            "Missing required configuration variable 'spot-messaging:password'\n\tplease set a value using the command `pulumi config set --secret spot-messaging:password <value>`",
        ],
    ])(
        "%s with %s ends in a sentence without a stack, and registers nothing",
        async (stack, _, config, sentence) => {
            const registrations: Registration[] = [];
            const error: unknown = await recordProgram(stack, config, undefined, registrations).catch(
                (caught: unknown) => caught,
            );
            // Of this class of error the engine prints the message alone.
            expect(pulumi.RunError.isInstance(error) ? error.message : error).toBe(sentence);
            expect(registrations).toEqual([]);
        },
    );
});
