import { brokerVersions, UsageError } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config/configError.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { type Environment } from "../../../src/environment/environment.ts";
import { devConfig, externalConfig } from "../environments.ts";
import { problemsOf } from "./configProblems.ts";

function without(raw: RawConfig, ...keys: readonly string[]): RawConfig {
    return Object.fromEntries(Object.entries(raw).filter(([key]) => !keys.includes(key)));
}

describe("parseEnvironment", () => {
    it("makes of the dev stack's values exactly this", () => {
        const expected: Environment = {
            stack: "dev",
            brokerVersion: "4.3",
            cluster: {
                kind: "docker",
                administrator: "spot-admin",
                nodes: 1,
                image: "rabbitmq:4.3-management",
                ports: { amqp: 5672, management: 15672, prometheus: 15692 },
                clientNetworks: ["gateway", "services"],
            },
            deployment: { kind: "docker", gatewayPort: 18080, replicas: {}, networks: [] },
            database: { kind: "embedded" },
            objectStore: { kind: "directory" },
            gateway: { clients: [], hosts: [], origins: [] },
            notifications: {},
            credentials: { generation: 1, services: {}, keepPrevious: true },
            analyzers: ["headers", "content", "links", "attachments"],
            analyzerReplicas: 1,
            analysisDeadline: 120_000 as Environment["analysisDeadline"], // a parsed duration
            jobLimit: 60_000 as Environment["jobLimit"], // a parsed duration
            rpcTimeout: 5_000 as Environment["rpcTimeout"], // a parsed duration
            retry: {
                attempts: 5,
                delay: 2_000 as Environment["rpcTimeout"], // a parsed duration
                delayLimit: 300_000 as Environment["rpcTimeout"], // a parsed duration
            },
            retain: false,
        };
        expect(parseEnvironment("dev", devConfig)).toEqual(expected);
    });

    it("makes of an external broker's values that broker, without services", () => {
        const environment = parseEnvironment("prod", externalConfig);
        const { cluster, deployment, retain } = environment;
        expect({ cluster, deployment, retain }).toEqual({
            cluster: {
                kind: "external",
                endpoint: "https://rabbitmq.example.com",
                username: "spot-admin",
                hosts: ["rabbitmq.example.com"],
                amqpPort: 5671,
                tls: true,
            },
            deployment: { kind: "none" },
            retain: true,
        });
    });

    it.each(brokerVersions)("takes the image of version %s where none is named", (brokerVersion) => {
        const { cluster } = parseEnvironment("dev", { ...devConfig, brokerVersion });
        expect(cluster).toMatchObject({ image: `rabbitmq:${brokerVersion}-management` });
    });

    it("takes images, nodes, replicas and flags from the values", () => {
        const environment = parseEnvironment("dev", {
            ...devConfig,
            brokerImage: "mine:1",
            servicesImage: "services:2",
            nodes: "3",
            analyzerReplicas: "7",
            protectQueues: "true",
        });
        const { cluster, deployment, analyzerReplicas, retain } = environment;
        expect(cluster).toMatchObject({ image: "mine:1", nodes: 3 });
        expect(deployment).toEqual({
            kind: "docker",
            gatewayPort: 18080,
            replicas: {},
            networks: [],
            image: "services:2",
        });
        expect([analyzerReplicas, retain]).toEqual([7, true]);
    });

    it("deploys nothing where services are not wanted, and then needs no gateway port", () => {
        const raw = { ...without(devConfig, "gatewayPort"), deployServices: "false" };
        expect(parseEnvironment("dev", raw).deployment).toEqual({ kind: "none" });
    });

    it("lets an external broker be without the keys of a docker one, and the other way round", () => {
        const dockerOnly = ["brokerImage", "nodes", "managementPort", "prometheusPort", "gatewayPort"];
        expect(problemsOf("prod", without(externalConfig, ...dockerOnly))).toEqual([]);
        const externalOnly = ["endpoint", "username", "amqpHosts", "amqpTls"];
        expect(problemsOf("dev", without(devConfig, ...externalOnly))).toEqual([]);
    });

    it("knows the password's key, but leaves its value alone", () => {
        const environment = parseEnvironment("prod", { ...externalConfig, password: "secret" });
        expect(JSON.stringify(environment)).not.toContain("secret");
    });
});

describe("parseEnvironment refuses", () => {
    const span = 'write a duration above zero and below 50 days, such as "30 seconds" or "5 minutes"';
    it.each([
        ["brokerVersion", "3.13", 'has the value "3.13"; write "4.0" or "4.1" or "4.2" or "4.3"'],
        ["brokerVersion", "4", 'has the value "4"; write "4.0" or "4.1" or "4.2" or "4.3"'],
        ["cluster", "swarm", 'has the value "swarm"; write "docker" or "kubernetes" or "external"'],
        [
            "nodes",
            "2",
            "has the value 2; write 1 or 3: with 2 nodes, the loss of either one stops the cluster",
        ],
        ["nodes", "0", 'has the value "0"; write a whole number from 1 to 3'],
        ["nodes", "5", 'has the value "5"; write a whole number from 1 to 3'],
        ["nodes", "1.5", 'has the value "1.5"; write a whole number from 1 to 3'],
        ["nodes", "three", 'has the value "three"; write a whole number from 1 to 3'],
        ["amqpPort", "0", 'has the value "0"; write a whole number from 1 to 65535'],
        ["managementPort", "65536", 'has the value "65536"; write a whole number from 1 to 65535'],
        ["prometheusPort", "-1", 'has the value "-1"; write a whole number from 1 to 65535'],
        ["gatewayPort", "http", 'has the value "http"; write a whole number from 1 to 65535'],
        ["deployServices", "yes", 'has the value "yes"; write true or false'],
        ["protectQueues", "True", 'has the value "True"; write true or false'],
        ["analyzers", "links", 'has the value "links"; write a list of texts, such as ["headers", "links"]'],
        ["analyzers", "[1]", 'has the value "[1]"; write a list of texts, such as ["headers", "links"]'],
        ["analyzers", "{}", 'has the value "{}"; write a list of texts, such as ["headers", "links"]'],
        ["analyzers", "[]", "is empty; name at least one of headers, content, links, attachments"],
        ["analyzers", '["link"]', 'names the unknown analyzer "link"; did you mean "links"?'],
        [
            "analyzers",
            '["sandbox","sandbox"]',
            'names the unknown analyzer "sandbox"; known are headers, content, links, attachments',
        ],
        ["analyzers", '["links","links"]', 'names "links" more than once; name each analyzer once'],
        ["credentialsGeneration", "0", 'has the value "0"; write a whole number from 1 to 10000'],
        ["serviceCredentials", '["gateway"]', 'has the entry "gateway"; write entries such as "gateway=2"'],
        [
            "serviceCredentials",
            '["gateway=0"]',
            'has the entry "gateway=0"; write entries such as "gateway=2"',
        ],
        [
            "serviceCredentials",
            '["gateways=2"]',
            'names "gateways", which is not a service; did you mean "gateway"?',
        ],
        ["analyzerReplicas", "0", 'has the value "0"; write a whole number from 1 to 100'],
        ["retryAttempts", "1", 'has the value "1"; write a whole number from 2 to 20'],
        ["retryAttempts", "21", 'has the value "21"; write a whole number from 2 to 20'],
        ["analysisDeadline", "10", `has the value "10"; ${span}`],
        ["analysisDeadline", "0 minutes", `has the value "0 minutes"; ${span}`],
        ["analysisDeadline", "50 days", `has the value "50 days"; ${span}`],
        ["jobLimit", "1 fortnight", `has the value "1 fortnight"; ${span}`],
        ["rpcTimeout", "-5 seconds", `has the value "-5 seconds"; ${span}`],
        ["retryDelay", "5s", `has the value "5s"; ${span}`],
        ["retryDelayLimit", "1.5 minutes", `has the value "1.5 minutes"; ${span}`],
        ["retryDelayLimit", "1 second", 'is shorter than "retryDelay"; make it at least as long'],
        [
            "analysisDeadline",
            "1 minute",
            'is not longer than "jobLimit"; make it longer, otherwise the deadline ends every analysis that uses its full job limit',
        ],
        ["managementPort", "5672", 'has the port 5672 of "amqpPort"; choose another port'],
        ["gatewayPort", "15692", 'has the port 15692 of "prometheusPort"; choose another port'],
        ["nods", "1", 'is unknown; did you mean "nodes"?'],
        ["vaultAddress", "x", "is unknown; remove it; Pulumi.yaml lists every key"],
    ])("in a dev stack key %s with the value %j", (key, value, sentence) => {
        expect(problemsOf("dev", { ...devConfig, [key]: value })).toEqual([
            `Pulumi.dev.yaml: key "spot-messaging:${key}" ${sentence}`,
        ]);
    });

    const address =
        'write the management API\'s URL without credentials and path, such as "https://broker.example.com"';
    it.each([
        ["endpoint", "broker.example.com", `has the value "broker.example.com"; ${address}`],
        ["endpoint", "amqps://broker", `has the value "amqps://broker"; ${address}`],
        ["endpoint", "https://broker/api", `has the value "https://broker/api"; ${address}`],
        ["endpoint", "https://me:secret@broker", `has the value "https://***@broker"; ${address}`],
        ["endpoint", "https://me:sec/ret@broker", `has the value "https://***@broker"; ${address}`],
        ["endpoint", "me:secret@broker", `has the value "***@broker"; ${address}`],
        ["endpoint", "https:/me:secret@broker", `has the value "***@broker"; ${address}`],
        ["endpoint", "", "is missing; add it to the stack file"],
        ["username", "", "is missing; add it to the stack file"],
        ["amqpHosts", "[]", "is empty; name at least one host for the services to connect to"],
        [
            "amqpHosts",
            "broker",
            'has the value "broker"; write a list of texts, such as ["headers", "links"]',
        ],
        ["amqpTls", "1", 'has the value "1"; write true or false'],
        [
            "deployServices",
            "true",
            'is true; write false, because this program deploys no services for an external broker, or use cluster "docker"',
        ],
    ])("for an external broker key %s with the value %j", (key, value, sentence) => {
        expect(problemsOf("prod", { ...externalConfig, [key]: value })).toEqual([
            `Pulumi.prod.yaml: key "spot-messaging:${key}" ${sentence}`,
        ]);
    });

    const needed = [
        ...[
            "cluster",
            "brokerVersion",
            "nodes",
            "amqpPort",
            "managementPort",
            "prometheusPort",
            "gatewayPort",
        ],
        ...["deployServices", "serviceReplicas", "serviceNetworks", "database"],
        ...[
            "gatewayClients",
            "gatewayHosts",
            "gatewayOrigins",
            "credentialsGeneration",
            "serviceCredentials",
            "keepPreviousCredentials",
        ],
        ...["analyzers", "analyzerReplicas", "analysisDeadline", "jobLimit", "rpcTimeout"],
        ...["retryAttempts", "retryDelay", "retryDelayLimit", "protectQueues"],
    ];
    it.each(needed)("a dev stack without key %s", (key) => {
        expect(problemsOf("dev", without(devConfig, key))).toEqual([
            `Pulumi.dev.yaml: key "spot-messaging:${key}" is missing; add it to the stack file`,
        ]);
    });

    it("all problems together, sorted, in one error that names the file", () => {
        const raw = { ...devConfig, nodes: "2", analyzers: '["link","bodies"]', zzz: "1", amqpPort: "x" };
        const expected = [
            'Pulumi.dev.yaml: key "spot-messaging:amqpPort" has the value "x"; write a whole number from 1 to 65535',
            'Pulumi.dev.yaml: key "spot-messaging:analyzers" names the unknown analyzer "bodies"; known are headers, content, links, attachments',
            'Pulumi.dev.yaml: key "spot-messaging:analyzers" names the unknown analyzer "link"; did you mean "links"?',
            'Pulumi.dev.yaml: key "spot-messaging:nodes" has the value 2; write 1 or 3: with 2 nodes, the loss of either one stops the cluster',
            'Pulumi.dev.yaml: key "spot-messaging:zzz" is unknown; remove it; Pulumi.yaml lists every key',
        ];
        const error = new ConfigError("dev", expected);
        expect(() => parseEnvironment("dev", raw)).toThrow(error);
        expect(problemsOf("dev", raw)).toEqual(expected);
        expect(error).toBeInstanceOf(UsageError);
        expect(error.message).toBe(
            `Pulumi.dev.yaml cannot be used:\n${expected.map((each) => `- ${each}`).join("\n")}`,
        );
    });

    it("every contradiction together, if each value can be parsed", () => {
        const raw = { ...devConfig, jobLimit: "5 minutes", retryDelay: "1 hour", managementPort: "5672" };
        expect(
            problemsOf("dev", raw).map((each) => each.replace(/^.*messaging:(\w+)" (.*);.*$/, "$1 $2")),
        ).toEqual([
            'analysisDeadline is not longer than "jobLimit"',
            'managementPort has the port 5672 of "amqpPort"',
            'retryDelayLimit is shorter than "retryDelay"',
        ]);
    });

    it("a job limit longer than half of the maximum consumer timeout", () => {
        const raw = { ...devConfig, jobLimit: "25 days", analysisDeadline: "26 days" };
        expect(problemsOf("dev", raw)).toEqual([
            'Pulumi.dev.yaml: key "spot-messaging:jobLimit" is longer than half of the maximum consumer timeout; write at most 24 days',
        ]);
    });

    // Comparing with a default instead of the invalid value would report a false contradiction.
    it("no contradiction of a value that cannot be read", () => {
        const raw = { ...devConfig, managementPort: "5672", analysisDeadline: "1 second", jobLimit: "soon" };
        expect(problemsOf("dev", raw)).toEqual([
            `Pulumi.dev.yaml: key "spot-messaging:jobLimit" has the value "soon"; ${span}`,
            'Pulumi.dev.yaml: key "spot-messaging:managementPort" has the port 5672 of "amqpPort"; choose another port',
        ]);
    });
});
