import { parseBytes, UsageError } from "@spot-messaging/topology";
import { z } from "zod";
import type { Cluster } from "./cluster.ts";

const size = z.string().transform((text, context) => {
    const bytes = parseBytes(text);
    if (bytes === undefined) {
        context.addIssue({ code: "custom", message: 'expected a size such as "4 GiB"' });
        return z.NEVER;
    }
    return bytes;
});
const port = z.int().min(1).max(65_535);
const texts = z.array(z.string());
const labels = z.record(z.string(), z.string());
const claim = z.strictObject({ storageClass: z.string(), size });
const administrator = z.string().optional();

const docker = z.strictObject({
    kind: z.literal("docker"),
    administrator,
    nodes: z.literal([1, 3]),
    image: z.string(),
    ports: z.strictObject({ amqp: port, management: port, prometheus: port }),
});

const external = z.strictObject({
    kind: z.literal("external"),
    endpoint: z.url(),
    username: z.string(),
    hosts: texts,
    amqpPort: port,
    tls: z.boolean(),
});

const kubernetes = z.strictObject({
    kind: z.literal("kubernetes"),
    administrator,
    namespace: z.string(),
    partOf: z.string().optional(),
    nodes: z.literal([3, 5]),
    image: z.string(),
    imagePullSecrets: texts.default([]),
    zones: texts.min(3),
    cpus: z.number().positive(),
    memory: size,
    memoryWatermarkPercent: z.int().min(40).max(70).default(60),
    storage: claim,
    diskFreeLimit: size,
    authority: z.union([
        z.strictObject({ kind: z.enum(["Issuer", "ClusterIssuer"]), name: z.string() }),
        z.strictObject({ kind: z.literal("own") }),
    ]),
    operatorManifest: z.string().optional(),
    managementUrl: z.url().optional(),
    managementNamespaces: texts.default([]),
    nameServers: z
        .array(
            z.union([
                z.strictObject({ namespace: z.string(), port: port.default(53) }),
                z.strictObject({ range: z.string(), port: port.default(53) }),
            ]),
        )
        .default([{ namespace: "kube-system", port: 53 }]),
    monitoring: z.strictObject({ namespace: z.string(), labels: labels.default({}) }).optional(),
});

const shapes = z.discriminatedUnion("kind", [docker, external, kubernetes], {
    error: 'expected "docker", "external" or "kubernetes"',
});

/**
 * Reads a cluster from plain data, where sizes are texts such as `"4 GiB"`.
 * @throws UsageError with every problem at once
 */
export function readCluster(input: unknown): Cluster {
    const { data, error } = shapes.safeParse(input);
    if (error !== undefined) {
        const problems = error.issues.map(
            ({ path, message }) => `- cluster${path.map((each) => `.${String(each)}`).join("")}: ${message}`,
        );
        throw new UsageError(`the cluster cannot be used:\n${problems.join("\n")}`);
    }
    return withoutUndefined(data) as Cluster; // an optional value of zod is there or undefined; left out, it is one of the model
}

function withoutUndefined(value: object): object {
    return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
