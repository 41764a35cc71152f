import type { BrokerReading, QueueReading, VhostReading } from "@spot-messaging/topology/broker";
import pLimit from "p-limit";
import { z } from "zod";
import { BrokerRefused } from "./brokerError.ts";
import type { ApiPath, ManagementApi } from "./managementApi.ts";
import { allQueues } from "./queuePages.ts";
import {
    type ExchangeAnswer,
    exchangeAnswer,
    featureAnswer,
    flagAnswer,
    listed,
    nodeAnswer,
    queueDetail,
    userAnswer,
    vhostAnswer,
    whoami,
} from "./readingAnswers.ts";

/** Everything that a user may read of a broker. */
export interface ReadBroker {
    readonly reading: BrokerReading;
    /** Definitions as the broker exports them to an administrator; to other users, what the lists show of them. */
    readonly definitions: Record<string, unknown>;
}

/** How many lists are requested in parallel. */
const concurrency = 4;

/**
 * Reads a broker as far as the rights of the user go. Only an administrator may read definitions; for other users they are put together from the
 * lists of the management API (measured with 4.0.5 and 4.3.6).
 * @param only the virtual hosts to read. @default - all
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readBroker(api: ManagementApi, only?: readonly string[]): Promise<ReadBroker> {
    const get = async <T>(schema: z.ZodType<T>, path: ApiPath): Promise<T> =>
        schema.parse(await api.get(path));
    /** The answer, or nothing if the user may not read it. */
    const optional = async <T>(schema: z.ZodType<T>, path: ApiPath): Promise<T | undefined> => {
        try {
            return await get(schema, path);
        } catch (error) {
            if (error instanceof BrokerRefused && [401, 403, 404].includes(error.status)) {
                return undefined;
            }
            throw error;
        }
    };
    const self = await get(whoami, ["whoami"]);
    const isAdministrator = self.tags.includes("administrator");
    const overview = await api.overview();
    const listedVhosts = (await get(z.array(vhostAnswer), ["vhosts"])).filter(
        ({ name }) => only?.includes(name) ?? true,
    );
    const limit = pLimit(concurrency);
    /** A list of one virtual host: one element for each object. */
    const lists = async (path: string, vhosts: readonly string[]): Promise<readonly object[]> =>
        (
            await Promise.all(
                vhosts.map((vhost) => limit(async () => (await optional(listed, [path, vhost])) ?? [])),
            )
        ).flat();
    const exchangesOf = await Promise.all(
        listedVhosts.map(({ name }) =>
            limit(async () => ({
                name,
                exchanges: await optional(z.array(exchangeAnswer), ["exchanges", name]),
            })),
        ),
    );
    const open = exchangesOf.flatMap(({ name, exchanges }) => (exchanges === undefined ? [] : [name]));
    const exchanges = exchangesOf.flatMap((each) => each.exchanges ?? []);
    const details = await allQueues(open, async (vhost, page) =>
        z
            .object({ page_count: z.number(), items: z.array(queueDetail) })
            .parse(await api.get(["queues", vhost], { ...detailQuery, page: String(page) })),
    );
    const [users, nodes, features, flags] = await Promise.all([
        optional(z.array(userAnswer), ["users"]),
        optional(z.array(nodeAnswer), ["nodes"]),
        optional(z.array(featureAnswer), ["deprecated-features", "used"]),
        optional(z.array(flagAnswer), ["feature-flags"]),
    ]);
    const bindings = (await lists("bindings", open)).map(definedBinding);
    const hasParameters = isAdministrator || self.tags.includes("policymaker");
    return {
        definitions: isAdministrator
            ? withUnexported(await api.definitions(), exchanges, bindings)
            : {
                  rabbitmq_version: overview.rabbitmq_version,
                  vhosts: listedVhosts
                      .filter(({ name }) => open.includes(name))
                      .map(({ name, metadata }) => ({ name, metadata })),
                  exchanges: exchanges.map(definedExchange),
                  queues: details.filter(({ exclusive }) => !exclusive).map(definedQueue),
                  bindings,
                  policies: await lists("policies", open),
                  operator_policies: await lists("operator-policies", open),
                  parameters: [
                      ...(await lists("vhost-limits", open)).map((each) => ({
                          ...each,
                          component: "vhost-limits",
                          name: "limits",
                      })),
                      ...(hasParameters ? (await lists("parameters", open)).filter(isOfPlugin) : []),
                  ],
                  global_parameters: hasParameters
                      ? ((await optional(listed, ["global-parameters"])) ?? [])
                      : [],
                  users: [],
                  permissions: [],
                  topic_permissions: [],
              },
        reading: {
            endpoint: api.endpoint,
            user: self.name,
            tags: self.tags,
            version: overview.rabbitmq_version,
            vhosts: listedVhosts.filter(({ name }) => open.includes(name)).map(vhostReading),
            seesAllVhosts: isAdministrator || self.tags.includes("monitoring"),
            closedVhosts: exchangesOf.flatMap((each) => (each.exchanges === undefined ? [each.name] : [])),
            ...(typeof overview["default_queue_type"] === "string" && {
                nodeQueueType: overview["default_queue_type"],
            }),
            ...(users !== undefined && {
                users: users.map((each) => ({
                    name: each.name,
                    tags: each.tags,
                    passwordHash: each.password_hash,
                    hashingAlgorithm: each.hashing_algorithm,
                })),
            }),
            queues: details.map(queueReading),
            hasParameters,
            ...(nodes !== undefined && {
                nodes: nodes.map(({ name, running, enabled_plugins }) => ({
                    name,
                    running,
                    plugins: enabled_plugins,
                })),
            }),
            ...(features !== undefined && { deprecatedFeatures: features.map(({ name }) => name).sort() }),
            ...(flags !== undefined && {
                disabledFlags: flags
                    .filter(({ state, stability }) => state === "disabled" && stability === "stable")
                    .map(({ name }) => name)
                    .sort(),
            }),
        },
    };
}

const detailQuery = {
    page_size: "500",
    columns: [
        "vhost",
        "name",
        "type",
        "state",
        "durable",
        "auto_delete",
        "exclusive",
        "arguments",
        "policy",
        "operator_policy",
        "members",
        "online",
        "leader",
    ].join(","),
};

/** Parameters that have lists of their own. */
function isOfPlugin(parameter: object): boolean {
    return (
        !("component" in parameter) ||
        !["operator_policy", "policy", "vhost-limits"].includes(String(parameter.component))
    );
}

/** Brokers list internal exchanges, and before 4.3 bindings of exclusive queues, but do not export them (measured with 4.0.5 and 4.3.6). */
function withUnexported(
    definitions: Record<string, unknown>,
    exchanges: readonly ExchangeAnswer[],
    bindings: readonly object[],
): Record<string, unknown> {
    const exported = Array.isArray(definitions["exchanges"]) ? (definitions["exchanges"] as unknown[]) : [];
    return {
        ...definitions,
        bindings,
        exchanges: [...exported, ...exchanges.filter(({ internal }) => internal).map(definedExchange)],
    };
}

function definedExchange(each: ExchangeAnswer): object {
    const { vhost, name, type, durable, auto_delete, internal } = each;
    return { vhost, name, type, durable, auto_delete, internal, arguments: each.arguments };
}

function definedQueue(each: z.infer<typeof queueDetail>): object {
    const { vhost, name, type, durable, auto_delete } = each;
    return { vhost, name, type, durable, auto_delete, arguments: each.arguments };
}

function definedBinding(each: object): object {
    return Object.fromEntries(
        Object.entries(each).map(([key, value]) => [
            key,
            // The broker sends an empty table as an empty list.
            key === "arguments" && Array.isArray(value) ? {} : (value as unknown),
        ]),
    );
}

function vhostReading(each: z.infer<typeof vhostAnswer>): VhostReading {
    const { name, default_queue_type: type, tracing, protected_from_deletion: isProtected } = each;
    return {
        name,
        ...(typeof type === "string" && type !== "undefined" && { defaultQueueType: type }),
        tracing,
        protectedFromDeletion: isProtected,
    };
}

function queueReading(each: z.infer<typeof queueDetail>): QueueReading {
    const { vhost, name, type, state, exclusive, policy, operator_policy, members, online, leader } = each;
    return {
        vhost,
        name,
        type,
        ...(state !== undefined && { state }),
        exclusive,
        ...(policy !== undefined && { policy: policy ?? "" }),
        ...(operator_policy !== undefined && { operatorPolicy: operator_policy ?? "" }),
        members,
        online,
        ...(leader !== undefined && { leader: leader ?? "" }),
    };
}
