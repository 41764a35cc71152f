import { parseBytes } from "@spot-messaging/topology";
import { suggestName } from "@spot-messaging/topology/text";
import { z } from "zod";
import type { Cluster } from "./cluster.ts";

/** An object with these options and no others. */
function options<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
    const known = Object.keys(shape);
    const all = known.map((each) => `"${each}"`).join(", ");
    return z.strictObject(shape, {
        error: (issue) =>
            issue.code === "unrecognized_keys"
                ? issue.keys
                      .map(
                          (each) =>
                              `unknown option "${each}"; ${suggestName(each, known, `choose from ${all}`)}`,
                      )
                      .join("; ")
                : `write its options by name: ${all}`,
    });
}

const sizeText = { error: 'write a size such as "4 GiB"' };
const size = z.string(sizeText).transform((text, context) => {
    const bytes = parseBytes(text);
    if (bytes === undefined) {
        context.addIssue({ code: "custom", message: sizeText.error, input: text });
        return z.NEVER;
    }
    return bytes;
});
const text = z.string({ error: "write a text" }).min(1, { error: "write a text" });
const flag = z.boolean({ error: "write true or false" });
const port = within(1, 65_535);
const texts = z.array(text, { error: "write a list of texts" });
const labels = z.record(z.string(), text, { error: "write labels and their values" });
const url = z.url({
    protocol: /^https?$/u,
    error: 'write a URL such as "https://rabbitmq.example.com:15671"',
});
const claim = options({ storageClass: text, size });
const administrator = text.optional();

function within(least: number, most: number): z.ZodInt {
    const error = `write a whole number from ${least} to ${most}`;
    return z.int({ error }).min(least, { error }).max(most, { error });
}

const docker = options({
    kind: z.literal("docker"),
    administrator,
    nodes: z.literal([1, 3], { error: "write 1 or 3" }),
    image: text,
    ports: options({ amqp: port, management: port, prometheus: port }),
});

const external = options({
    kind: z.literal("external"),
    endpoint: url,
    username: text,
    hosts: texts.min(1, { error: "name at least one" }),
    amqpPort: port,
    tls: flag,
});

const positive = { error: "write a number above 0" };
const servers = {
    error: 'write a list such as [{ namespace: "kube-system" }] or [{ range: "10.0.0.10/32" }]',
};

const kubernetes = options({
    kind: z.literal("kubernetes"),
    administrator,
    namespace: text,
    partOf: text.optional(),
    nodes: z.literal([3, 5], { error: "write 3 or 5" }),
    image: text,
    imagePullSecrets: texts.default([]),
    zones: texts.min(3, { error: "name at least three" }),
    cpus: z.number(positive).positive(positive),
    memory: size,
    memoryWatermarkPercent: within(40, 70).default(60),
    storage: claim,
    diskFreeLimit: size,
    authority: z.union(
        [
            z.strictObject({ kind: z.enum(["Issuer", "ClusterIssuer"]), name: text }),
            z.strictObject({ kind: z.literal("own") }),
        ],
        {
            error: 'write { kind: "own" }, or the "kind" (Issuer, ClusterIssuer) and "name" of an issuer of cert-manager',
        },
    ),
    operatorManifest: text.optional(),
    managementUrl: url.optional(),
    managementNamespaces: texts.default([]),
    nameServers: z
        .array(
            z.union(
                [
                    z.strictObject({ namespace: text, port: port.default(53) }),
                    z.strictObject({ range: text, port: port.default(53) }),
                ],
                { error: 'write a "namespace" or a "range", and a "port" if it is not 53' },
            ),
            servers,
        )
        .default([{ namespace: "kube-system", port: 53 }]),
    monitoring: options({ namespace: text, labels: labels.default({}) }).optional(),
});

/** A cluster as plain data, where sizes are texts such as `"4 GiB"`. */
export const clusterSchema = z
    .discriminatedUnion("kind", [docker, external, kubernetes], {
        error: 'write its options by name; "kind" is "docker", "external" or "kubernetes"',
    })
    .transform((each) => withoutUndefined(each) as Cluster); // an optional value of zod is there or undefined; left out, it is one of the model

function withoutUndefined(value: object): object {
    return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
