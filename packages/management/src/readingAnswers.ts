import { z } from "zod";
import { table } from "./brokerAnswer.ts";

/** Tags: a list, or before 3.9 one text with commas. */
const tags = z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").filter((each) => each !== "") : value),
    z.array(z.string()),
);

const texts = z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []);

export const whoami = z.looseObject({ name: z.string(), tags });

export const vhostAnswer = z.looseObject({
    name: z.string(),
    metadata: z.unknown(),
    default_queue_type: z.unknown(),
    tracing: z.boolean().default(false),
    protected_from_deletion: z.boolean().default(false),
});

export const exchangeAnswer = z.looseObject({
    vhost: z.string(),
    name: z.string(),
    type: z.string(),
    durable: z.boolean(),
    auto_delete: z.boolean(),
    internal: z.boolean(),
    arguments: table(z.record(z.string(), z.unknown())),
});

/** An exchange as the broker lists it. */
export type ExchangeAnswer = z.infer<typeof exchangeAnswer>;

export const queueDetail = z.looseObject({
    vhost: z.string(),
    name: z.string(),
    type: z.string().default("classic"),
    state: z.string().optional(),
    durable: z.boolean().default(true),
    auto_delete: z.boolean().default(false),
    exclusive: z.boolean().default(false),
    arguments: table(z.record(z.string(), z.unknown())).default({}),
    policy: z.string().nullish(),
    operator_policy: z.string().nullish(),
    members: texts,
    online: texts,
    leader: z.string().nullish(),
});

export const userAnswer = z.looseObject({
    name: z.string(),
    tags,
    password_hash: z.string().default(""),
    hashing_algorithm: z.string().default("rabbit_password_hashing_sha256"),
});

export const nodeAnswer = z.looseObject({
    name: z.string(),
    running: z.boolean(),
    enabled_plugins: texts,
});

export const featureAnswer = z.looseObject({ name: z.string() });

export const flagAnswer = z.looseObject({ name: z.string(), state: z.string(), stability: z.string() });

export const listed = z.array(z.looseObject({}));
