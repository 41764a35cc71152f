import { z } from "zod";
import {
    type BrokerNode,
    brokerNode,
    definitions,
    type FetchedMessage,
    fetchedMessage,
    type HistoryPage,
    historyPage,
    type LiveQueue,
    liveQueue,
    type Overview,
    overview,
    published,
    type QueuePage,
    queuePage,
} from "./brokerAnswer.ts";
import { type ApiAnswer, type ApiPath, type BrokerHttpOptions, brokerHttp } from "./brokerHttp.ts";
import type {
    AckMode,
    Arguments,
    BindingBody,
    BindingEnds,
    ExchangeBody,
    PermissionsBody,
    PolicyBody,
    PublishedMessage,
    QueueBody,
    TopicPermissionBody,
    UserBody,
} from "./requestBodies.ts";

export type {
    BrokerNode,
    CountedQueue,
    FetchedMessage,
    LiveQueue,
    Overview,
    QueuePage,
    QueueWithHistory,
} from "./brokerAnswer.ts";
export { BrokerRefused, BrokerUnreachable } from "./brokerError.ts";
export type { ApiAnswer, ApiPath, BrokerHttpOptions } from "./brokerHttp.ts";
export type * from "./requestBodies.ts";

/**
 * RabbitMQ's management HTTP API: one method for each request, with checked answers. Creating is idempotent where the broker allows it:
 * declaring the same queue twice succeeds, declaring it with other arguments is refused. Every method throws BrokerUnreachable or
 * BrokerRefused.
 * @see https://www.rabbitmq.com/docs/http-api-reference
 */
export interface ManagementApi {
    readonly endpoint: string;

    readonly get: (path: ApiPath, query?: Readonly<Record<string, string>>) => Promise<unknown>;
    readonly put: (path: ApiPath, body: unknown) => Promise<void>;
    readonly post: (path: ApiPath, body: unknown) => Promise<ApiAnswer>;
    readonly delete: (path: ApiPath) => Promise<void>;

    readonly overview: () => Promise<Overview>;
    readonly nodes: () => Promise<BrokerNode[]>;
    /** Counts are up to 5 s old, because the broker collects them at intervals. */
    readonly listQueues: (vhost: string) => Promise<LiveQueue[]>;
    /** One page of up to 500 queues with their statistics, without settings; the first page is 1. */
    readonly queuePage: (vhost: string, page: number) => Promise<QueuePage>;
    /** The same with the statistics for each minute of the last hour. */
    readonly historyPage: (vhost: string, page: number) => Promise<HistoryPage>;
    /** The definitions of the whole broker or of one virtual host, as the broker exports them. */
    readonly definitions: (vhost?: string) => Promise<Record<string, unknown>>;

    readonly putVhost: (vhost: string, body?: Arguments) => Promise<void>;
    readonly deleteVhost: (vhost: string) => Promise<void>;
    readonly putUser: (user: string, body: UserBody) => Promise<void>;
    readonly deleteUser: (user: string) => Promise<void>;
    readonly putPermissions: (vhost: string, user: string, body: PermissionsBody) => Promise<void>;
    readonly deletePermissions: (vhost: string, user: string) => Promise<void>;
    /** One record for each exchange; call it once for each. */
    readonly putTopicPermission: (vhost: string, user: string, body: TopicPermissionBody) => Promise<void>;
    readonly deleteTopicPermissions: (vhost: string, user: string) => Promise<void>;
    readonly declareExchange: (vhost: string, exchange: string, body: ExchangeBody) => Promise<void>;
    readonly deleteExchange: (vhost: string, exchange: string) => Promise<void>;
    readonly declareQueue: (vhost: string, queue: string, body: QueueBody) => Promise<void>;
    /** Deletes the queue with its messages. */
    readonly deleteQueue: (vhost: string, queue: string) => Promise<void>;
    /** Deletes the ready messages; unacknowledged messages stay. */
    readonly purgeQueue: (vhost: string, queue: string) => Promise<void>;
    /** Returns the properties key, which distinguishes bindings between the same two ends. */
    readonly declareBinding: (vhost: string, body: BindingBody) => Promise<string>;
    readonly deleteBinding: (vhost: string, ends: BindingEnds, propertiesKey: string) => Promise<void>;
    readonly putPolicy: (vhost: string, policy: string, body: PolicyBody) => Promise<void>;
    readonly deletePolicy: (vhost: string, policy: string) => Promise<void>;
    readonly putOperatorPolicy: (vhost: string, policy: string, body: PolicyBody) => Promise<void>;
    readonly deleteOperatorPolicy: (vhost: string, policy: string) => Promise<void>;

    /** For tests and repairs, not for regular traffic. Returns whether the message was routed to at least one queue. */
    readonly publish: (vhost: string, exchange: string, message: PublishedMessage) => Promise<boolean>;
    /** For tests and repairs. @default mode `ack_requeue_true`: the messages are requeued and marked as redelivered. */
    readonly getMessages: (
        vhost: string,
        queue: string,
        limit: number,
        mode?: AckMode,
    ) => Promise<FetchedMessage[]>;
}

/** Creates a client of the management HTTP API. It sends no request before the first method call. */
export function managementApi(options: BrokerHttpOptions): ManagementApi {
    const http = brokerHttp(options);
    const get: ManagementApi["get"] = async (path, query) =>
        (await http.send("GET", path, query === undefined ? {} : { query })).body;
    const put: ManagementApi["put"] = async (path, body) => {
        await http.send("PUT", path, { body });
    };
    const post: ManagementApi["post"] = (path, body) => http.send("POST", path, { body });
    const checked = <S extends z.ZodType>(schema: S, body: unknown): z.infer<S> => {
        const parsed = schema.safeParse(body);
        if (!parsed.success) {
            const { path, message } = parsed.error.issues[0] ?? { path: [], message: "no reason given" };
            const place = path.length === 0 ? "" : `${path.join(".")}: `;
            throw new Error(
                `broker "${http.endpoint}" answered in an unexpected form (${place}${message}); check that the endpoint is its management API`,
            );
        }
        return parsed.data;
    };
    const remove: ManagementApi["delete"] = async (path) => {
        await http.send("DELETE", path);
    };
    return {
        endpoint: http.endpoint,
        get,
        put,
        post,
        delete: remove,

        overview: async () => checked(overview, await get(["overview"])),
        nodes: async () => checked(z.array(brokerNode), await get(["nodes"])),
        listQueues: async (vhost) => checked(z.array(liveQueue), await get(["queues", vhost])),
        queuePage: async (vhost, page) =>
            checked(queuePage, await get(["queues", vhost], { ...numbersOnly, page: String(page) })),
        historyPage: async (vhost, page) =>
            checked(historyPage, await get(["queues", vhost], { ...historyQuery, page: String(page) })),
        definitions: async (vhost) =>
            checked(definitions, await get(vhost === undefined ? ["definitions"] : ["definitions", vhost])),

        putVhost: (vhost, body = {}) => put(["vhosts", vhost], body),
        deleteVhost: (vhost) => remove(["vhosts", vhost]),
        putUser: (user, { password, tags }) => put(["users", user], { password, tags: tags.join(",") }),
        deleteUser: (user) => remove(["users", user]),
        putPermissions: (vhost, user, body) => put(["permissions", vhost, user], body),
        deletePermissions: (vhost, user) => remove(["permissions", vhost, user]),
        putTopicPermission: (vhost, user, body) => put(["topic-permissions", vhost, user], body),
        deleteTopicPermissions: (vhost, user) => remove(["topic-permissions", vhost, user]),
        declareExchange: (vhost, exchange, body) => put(["exchanges", vhost, exchange], body),
        deleteExchange: (vhost, exchange) => remove(["exchanges", vhost, exchange]),
        declareQueue: (vhost, queue, body) => put(["queues", vhost, queue], body),
        deleteQueue: (vhost, queue) => remove(["queues", vhost, queue]),
        purgeQueue: (vhost, queue) => remove(["queues", vhost, queue, "contents"]),
        declareBinding: async (vhost, body) => {
            const { location } = await post(bindingPath(vhost, body), {
                routing_key: body.routingKey,
                arguments: body.arguments,
            });
            return decodeURIComponent(location?.split("/").at(-1) ?? "");
        },
        deleteBinding: (vhost, ends, propertiesKey) => remove([...bindingPath(vhost, ends), propertiesKey]),
        putPolicy: (vhost, policy, body) => put(["policies", vhost, policy], body),
        deletePolicy: (vhost, policy) => remove(["policies", vhost, policy]),
        putOperatorPolicy: (vhost, policy, body) => put(["operator-policies", vhost, policy], body),
        deleteOperatorPolicy: (vhost, policy) => remove(["operator-policies", vhost, policy]),

        publish: async (vhost, exchange, { routingKey, payload, encoding = "string", properties = {} }) => {
            // The default exchange has an empty name, which a path cannot contain.
            const { body } = await post(
                ["exchanges", vhost, exchange === "" ? "amq.default" : exchange, "publish"],
                {
                    routing_key: routingKey,
                    payload,
                    payload_encoding: encoding,
                    properties,
                },
            );
            return checked(published, body).routed;
        },
        getMessages: async (vhost, queue, most, mode = "ack_requeue_true") => {
            const { body } = await post(["queues", vhost, queue, "get"], {
                count: most,
                ackmode: mode,
                encoding: "auto",
            });
            return checked(z.array(fetchedMessage), body);
        },
    };
}

/** The largest page that the broker serves, and the columns in use. */
const numbersOnly = {
    page_size: "500",
    columns: [
        "vhost",
        "name",
        "state",
        "messages_ready",
        "messages_unacknowledged",
        "consumers",
        "message_bytes",
        "message_bytes_ready",
        "message_stats.publish_details.rate",
        "message_stats.deliver_get",
        "message_stats.deliver_get_details.rate",
        "message_stats.redeliver",
        "message_stats.redeliver_details.rate",
        "message_stats.ack",
        "head_message_timestamp",
    ].join(","),
};

/**
 * The broker's default history of a queue: one hour, one sample a minute. In an answer with samples, the other numbers are those of the
 * newest sample, up to a minute old (measured with 4.3.6). For current numbers, use the other page.
 */
const historyQuery = {
    page_size: "500",
    lengths_age: "3600",
    lengths_incr: "60",
    msg_rates_age: "3600",
    msg_rates_incr: "60",
    columns: [
        "vhost",
        "name",
        "messages_ready_details",
        "messages_unacknowledged_details",
        "message_stats.deliver_get_details",
        "message_stats.redeliver_details",
        "message_stats.ack_details",
    ].join(","),
};

function bindingPath(vhost: string, { source, destination, destinationType }: BindingEnds): ApiPath {
    return ["bindings", vhost, "e", source, destinationType === "queue" ? "q" : "e", destination];
}
