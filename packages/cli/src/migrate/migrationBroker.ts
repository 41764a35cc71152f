import { type ManagementApi, managementApi, orMissing } from "@spot-messaging/management";
import type { InVhost, Topology } from "@spot-messaging/topology";
import type { ChannelModel } from "amqplib";
import { z } from "zod";
import { type AmqpAddress, amqpAddressOf } from "../amqp/amqpAddress.ts";
import { openAmqp } from "../amqp/openAmqp.ts";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import { topologyOfDefinitions } from "../input/topologyFile.ts";

/** The broker that a migration changes. */
export interface MigrationBroker {
    readonly api: ManagementApi;
    readonly username: string;
    /** @throws BrokerUnreachable, BrokerRefused */
    readonly topology: () => Promise<Topology>;
    /** Opens an AMQP connection; the caller closes it. */
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** What the management API reports about a queue: up to 5 s old. `undefined`: it does not exist. */
    readonly numbersOf: (queue: InVhost) => Promise<ReportedNumbers | undefined>;
    /** The number of messages published to an exchange so far. */
    readonly publishedTo: (exchange: InVhost) => Promise<number>;
}

/** What the management API reports about a queue. */
export interface ReportedNumbers {
    readonly ready: number;
    readonly unacknowledged: number;
    readonly consumers: number;
    /** Messages that were ever published to it. */
    readonly published: number;
    /** Whether the broker deletes it when its last consumer leaves. */
    readonly autoDelete: boolean;
    /** The size of its messages in bytes. */
    readonly bytes: number;
    /** At more messages or bytes than these, the queue drops its oldest. @default - it drops none */
    readonly dropsAbove?: { readonly messages?: number; readonly bytes?: number };
}

const settings = z.record(z.string(), z.unknown()).default({});

const queueNumbers = z.object({
    auto_delete: z.boolean().default(false),
    message_bytes: z.number().default(0),
    arguments: settings,
    // RabbitMQ sends an empty list if no policy applies.
    effective_policy_definition: settings.catch({}),
    messages_ready: z.number().default(0),
    messages_unacknowledged: z.number().default(0),
    consumers: z.number().default(0),
    message_stats: z.object({ publish: z.number().default(0) }).default({ publish: 0 }),
});

const exchangeNumbers = z.object({
    message_stats: z.object({ publish_in: z.number().default(0) }).default({ publish_in: 0 }),
});

/** @param amqp the URL of `--amqp` */
export function migrationBroker(access: BrokerAccess, amqp: string | undefined): MigrationBroker {
    const api = managementApi(access);
    let address: Promise<AmqpAddress> | undefined;
    return {
        api,
        username: access.username,
        topology: async () => topologyOfDefinitions(await api.definitions(), api.endpoint).topology,
        connect: async (vhost) =>
            await openAmqp(await (address ??= amqpAddressOf(api, amqp)), access, vhost, "topology migrate"),
        numbersOf: async ({ vhost, name }) => {
            const found = await orMissing(api.get(["queues", vhost, name]));
            if (found === undefined) {
                return undefined;
            }
            const numbers = queueNumbers.parse(found);
            const { messages_ready, messages_unacknowledged, consumers, message_stats } = numbers;
            const dropsAbove = dropLimits(numbers);
            return {
                ready: messages_ready,
                unacknowledged: messages_unacknowledged,
                consumers,
                published: message_stats.publish,
                autoDelete: numbers.auto_delete,
                bytes: numbers.message_bytes,
                ...(dropsAbove !== undefined && { dropsAbove }),
            };
        },
        publishedTo: async ({ vhost, name }) => {
            const found = await orMissing(api.get(["exchanges", vhost, name]));
            return found === undefined ? 0 : exchangeNumbers.parse(found).message_stats.publish_in;
        },
    };
}

/** The stricter of argument and policy counts. */
function dropLimits(queue: z.infer<typeof queueNumbers>): ReportedNumbers["dropsAbove"] {
    const policy = queue.effective_policy_definition;
    const overflow = policy["overflow"] ?? queue.arguments["x-overflow"];
    if (overflow === "reject-publish" || overflow === "reject-publish-dlx") {
        return undefined;
    }
    const limit = (key: string): number | undefined => {
        const given = [policy[key], queue.arguments[`x-${key}`]].filter((each) => typeof each === "number");
        return given.length === 0 ? undefined : Math.min(...given);
    };
    const [messages, bytes] = [limit("max-length"), limit("max-length-bytes")];
    return messages === undefined && bytes === undefined
        ? undefined
        : { ...(messages !== undefined && { messages }), ...(bytes !== undefined && { bytes }) };
}
