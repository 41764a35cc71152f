import { z } from "zod";
import { dockerLabels } from "./dockerLabels.ts";
import { isGoDuration } from "./goDuration.ts";

const strings = z.array(z.string());
const stringMap = z.record(z.string(), z.string());
const duration = z.string().refine(isGoDuration, { error: 'not a duration such as "5s" or "1m30s"' });

const uploads = z
    .strictObject({
        file: z.string().startsWith("/", "not an absolute path"),
        content: z.string().optional(),
        contentBase64: z.base64().optional(),
        permissions: z
            .string()
            .regex(/^[0-7]{3,4}$/, 'not an octal mode such as "0644"')
            .optional(),
        executable: z.boolean().default(false),
    })
    .refine(
        ({ content, contentBase64 }) =>
            (content === undefined || content === "") !==
            (contentBase64 === undefined || contentBase64 === ""),
        { error: 'exactly one of "content" and "contentBase64" must be set' },
    );

const healthcheck = z.strictObject({
    tests: strings,
    interval: duration.default("0s"),
    timeout: duration.default("0s"),
    startPeriod: duration.default("0s"),
    startInterval: duration.default("0s"),
    retries: z.int().default(0),
});

const mounts = z.strictObject({
    type: z.enum(["bind", "volume", "tmpfs"]),
    target: z.string(),
    source: z.string().optional(),
    readOnly: z.boolean().default(false),
    tmpfsOptions: z.strictObject({ sizeBytes: z.int(), mode: z.int() }).optional(),
});

const volumes = z
    .strictObject({
        containerPath: z.string(),
        volumeName: z.string().optional(),
        hostPath: z.string().optional(),
        readOnly: z.boolean().default(false),
    })
    .refine(({ volumeName, hostPath }) => volumeName === undefined || hostPath === undefined, {
        error: '"volumeName" and "hostPath" exclude each other',
    });

/**
 * The inputs of `docker.Container` that a local run supports, with the real provider's defaults. Inputs that only the engine needs are
 * accepted with the value that a local run has anyway.
 */
export const containerInputs = z
    .strictObject({
        name: z.string().optional(),
        image: z.string(),
        hostname: z.string().optional(),
        domainname: z.string().optional(),
        entrypoints: strings.optional(),
        command: strings.optional(),
        envs: strings.optional(),
        user: z.string().optional(),
        workingDir: z.string().optional(),
        groupAdds: strings.optional(),
        tty: z.boolean().optional(),
        stdinOpen: z.boolean().optional(),
        init: z.boolean().default(false),
        readOnly: z.boolean().default(false),
        privileged: z.boolean().default(false),
        capabilities: z.strictObject({ adds: strings.optional(), drops: strings.optional() }).optional(),
        securityOpts: strings.optional(),
        sysctls: stringMap.optional(),
        tmpfs: stringMap.optional(),
        ulimits: z.array(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() })).optional(),
        memory: z.int().optional(),
        memoryReservation: z.int().optional(),
        memorySwap: z.int().optional(),
        shmSize: z.int().optional(),
        cpuShares: z.int().optional(),
        cpuSet: z.string().optional(),
        cpus: z
            .string()
            .regex(/^\d+(\.\d+)?$/, 'not a number such as "1.5"')
            .optional(),
        restart: z.enum(["no", "on-failure", "always", "unless-stopped"]).default("no"),
        maxRetryCount: z.int().default(0),
        stopSignal: z.string().optional(),
        stopTimeout: z.int().optional(),
        // Only `pulumi destroy` uses it; a local run kills its containers.
        destroyGraceSeconds: z.int().optional(),
        removeVolumes: z.literal(true).optional(),
        labels: dockerLabels,
        logDriver: z.string().optional(),
        logOpts: stringMap.optional(),
        networkMode: z.string().optional(),
        networksAdvanced: z
            .array(
                z.strictObject({
                    name: z.string(),
                    aliases: strings.optional(),
                    ipv4Address: z.string().optional(),
                    ipv6Address: z.string().optional(),
                }),
            )
            .default([]),
        dns: strings.optional(),
        dnsOpts: strings.optional(),
        dnsSearches: strings.optional(),
        hosts: z.array(z.strictObject({ host: z.string(), ip: z.string() })).optional(),
        ports: z
            .array(
                z.strictObject({
                    internal: z.int(),
                    external: z.int().optional(),
                    ip: z.string().default("0.0.0.0"),
                    protocol: z.enum(["tcp", "udp", "sctp"]).default("tcp"),
                }),
            )
            .default([]),
        volumes: z.array(volumes).default([]),
        mounts: z.array(mounts).default([]),
        uploads: z.array(uploads).default([]),
        healthcheck: healthcheck.optional(),
        wait: z.boolean().default(false),
        waitTimeout: z.int().positive().default(60),
        start: z.boolean().default(true),
        mustRun: z.boolean().default(true),
        attach: z.boolean().default(false),
        logs: z.literal(false).optional(),
        rm: z.literal(false).optional(),
        containerReadRefreshTimeoutMilliseconds: z.int().optional(),
    })
    .refine(({ start, attach, mustRun }) => mustRun === (start && !attach), {
        error: '"mustRun" must be false exactly if "attach" is true or "start" is false: only such a container ends',
    })
    .refine(({ start, attach, wait }) => [!start, attach, wait].filter(Boolean).length <= 1, {
        error: '"start: false", "attach" and "wait" exclude each other',
    })
    .refine(
        ({ networkMode, networksAdvanced }) => networkMode === undefined || networksAdvanced.length === 0,
        {
            error: '"networkMode" and "networksAdvanced" exclude each other in a local run',
        },
    );

export type ContainerInputs = z.infer<typeof containerInputs>;
