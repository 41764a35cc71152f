import type { ManagementApi } from "@spot-messaging/management";
import {
    type BrokerVersion,
    type Exchange,
    objectKey,
    type Policy,
    type Queue,
    type Topology,
    type User,
} from "@spot-messaging/topology";
import type { ChannelModel } from "amqplib";
import { found } from "../../unit/found.ts";

/** A broker with the dev stack, whose objects are changed by hand. */
export interface SeededBroker {
    readonly api: ManagementApi;
    readonly topology: Topology;
    readonly passwords: Readonly<Record<string, string>>;
    readonly connect: (vhost: string) => Promise<ChannelModel>;
}

/** One difference, made through the management API. */
export interface Seed {
    readonly what: string;
    /** @returns what undoes it */
    readonly apply: (broker: SeededBroker) => Promise<() => Promise<void>>;
    /** The ids of the changes and findings that the command reports. */
    readonly finds: readonly string[];
    /** What repairs the first one. */
    readonly by: "up" | "hand";
    /** @default - all */
    readonly versions?: readonly BrokerVersion[];
}

const vhost = "spot";
const queueName = "admin.analyzer.headers";
const exchangeName = "spot.rpc";
const userName = "analyzer.headers";
const limits: Readonly<Record<string, number>> = { "max-length": 9 };

const queueOf = ({ topology }: SeededBroker, name = queueName): Queue =>
    found(
        topology.queues.find((each) => objectKey(each) === objectKey({ vhost, name })),
        name,
    );
const exchangeOf = ({ topology }: SeededBroker, name = exchangeName): Exchange =>
    found(
        topology.exchanges.find((each) => each.name === name),
        name,
    );
const policyOf = ({ topology }: SeededBroker, name = `queue.${queueName}`): Policy =>
    found(
        topology.policies.find((each) => each.name === name),
        name,
    );

async function declareQueue({ api }: SeededBroker, queue: Queue): Promise<void> {
    await api.declareQueue(queue.vhost, queue.name, {
        durable: queue.durable,
        auto_delete: queue.autoDelete,
        arguments: { ...queue.arguments, "x-queue-type": queue.type },
    });
}

async function declareExchange({ api }: SeededBroker, exchange: Exchange): Promise<void> {
    const { name, type, durable, autoDelete, internal } = exchange;
    await api.put(["exchanges", exchange.vhost, name], {
        type,
        durable,
        auto_delete: autoDelete,
        internal,
        arguments: exchange.arguments,
    });
}

/** Declares the bindings that an object had, and the rights that RabbitMQ deletes with an exchange. */
async function bindAgain({ api, topology }: SeededBroker, name: string): Promise<void> {
    for (const each of topology.bindings.filter(
        ({ source, destination }) => source === name || destination === name,
    )) {
        await api.declareBinding(vhost, each);
    }
    for (const each of topology.topicPermissions.filter(({ exchange }) => exchange === name)) {
        const { user, exchange, write, read } = each;
        await api.putTopicPermission(vhost, user, { exchange, write, read });
    }
}

async function putPolicy({ api }: SeededBroker, policy: Policy, isOperator = false): Promise<void> {
    const { name, pattern, applyTo, precedence, definition } = policy;
    const body = { pattern, "apply-to": applyTo, priority: precedence, definition };
    await (isOperator ? api.putOperatorPolicy(vhost, name, body) : api.putPolicy(vhost, name, body));
}

async function restoreUser({ api, topology, passwords }: SeededBroker, name = userName): Promise<void> {
    const { tags }: User = found(
        topology.users.find((each) => each.name === name),
        name,
    );
    await api.putUser(name, { password: passwords[name] ?? "", tags });
    for (const { user, ...body } of topology.permissions.filter((each) => each.user === name)) {
        await api.putPermissions(vhost, user, body);
    }
    for (const { user, ...body } of topology.topicPermissions.filter((each) => each.user === name)) {
        await api.putTopicPermission(vhost, user, body);
    }
}

/** A difference that is made, and then undone. */
function seed(
    what: string,
    by: Seed["by"],
    finds: readonly string[],
    make: (broker: SeededBroker) => Promise<unknown>,
    undo: (broker: SeededBroker) => Promise<unknown>,
    rest: Partial<Seed> = {},
): Seed {
    return {
        what,
        by,
        finds,
        apply: async (broker) => {
            await make(broker);
            return async () => {
                await undo(broker);
            };
        },
        ...rest,
    };
}

const keyOfAll = "admin.all";
const ends = { source: "spot.admin", destination: queueName, destinationType: "queue" } as const;
const noArguments = { arguments: {} };

/** A policy of a queue with other values. */
function policySeed(what: string, change: Partial<Policy>): Seed {
    return seed(
        `a policy has another ${what}`,
        "up",
        [`update policy ${vhost}/queue.${queueName}`],
        (broker) => putPolicy(broker, { ...policyOf(broker), ...change }),
        (broker) => putPolicy(broker, policyOf(broker)),
    );
}

/** A queue that is deleted and declared with other settings. */
function queueSeed(what: string, change: Partial<Queue>): Seed {
    const declare = async (broker: SeededBroker, queue: Queue): Promise<void> => {
        await broker.api.deleteQueue(vhost, queueName);
        await declareQueue(broker, queue);
        await bindAgain(broker, queueName);
    };
    return seed(
        `a queue has ${what}`,
        "up",
        [`replace queue ${vhost}/${queueName}`],
        (broker) => declare(broker, { ...queueOf(broker), ...change }),
        (broker) => declare(broker, queueOf(broker)),
    );
}

function exchangeSeed(what: string, change: Partial<Exchange>): Seed {
    const declare = async (broker: SeededBroker, exchange: Exchange): Promise<void> => {
        await broker.api.deleteExchange(vhost, exchangeName);
        await declareExchange(broker, exchange);
        await bindAgain(broker, exchangeName);
    };
    return seed(
        `an exchange has ${what}`,
        "up",
        [`replace exchange ${vhost}/${exchangeName}`],
        (broker) => declare(broker, { ...exchangeOf(broker), ...change }),
        (broker) => declare(broker, exchangeOf(broker)),
    );
}

function strayQueueSeed(what: string, settings: Partial<Queue>, at = vhost): Seed {
    const name = `stray-${what.replaceAll(" ", "-")}`;
    return seed(
        `there is ${what} that is not declared`,
        "hand",
        [`create queue ${at}/${name}`.replace("queue //", 'queue "/"/')],
        (broker) => declareQueue(broker, { ...queueOf(broker), vhost: at, name, ...settings }),
        ({ api }) => api.deleteQueue(at, name),
    );
}

function userSeed(
    what: string,
    by: Seed["by"],
    finds: readonly string[],
    make: (broker: SeededBroker) => Promise<unknown>,
): Seed {
    return seed(what, by, finds, make, restoreUser);
}

function strayUserSeed(what: string, tags: User["tags"], more: readonly string[] = []): Seed {
    return seed(
        `there is ${what} that is not declared`,
        "hand",
        ["create user stray", ...more],
        async ({ api }) => {
            await api.putUser("stray", { password: "stray-password", tags });
            if (more.length > 0) {
                await api.putPermissions(vhost, "stray", { configure: "", write: "", read: ".*" });
            }
        },
        ({ api }) => api.deleteUser("stray"),
    );
}

function limitSeed(limit: string): Seed {
    const path = ["vhost-limits", vhost, limit];
    return seed(
        `a virtual host has the limit ${limit}`,
        "hand",
        [`update vhost ${vhost}`],
        ({ api }) => api.put(path, { value: 500 }),
        ({ api }) => api.delete(path),
    );
}

function parameterSeed(kind: string, component: string, value: object): Seed {
    return seed(
        `there is a ${kind} that is not declared`,
        "hand",
        [`create ${kind} ${vhost}/stray`],
        ({ api }) => api.put(["parameters", component, vhost, "stray"], { value }),
        ({ api }) => api.delete(["parameters", component, vhost, "stray"]),
    );
}

function strayBindingSeed(
    what: string,
    id: string,
    binding: Parameters<ManagementApi["declareBinding"]>[1],
): Seed {
    return {
        what: `there is ${what} that is not declared`,
        by: "hand",
        finds: [`create binding ${vhost}/${id}`],
        apply: async ({ api }: SeededBroker) => {
            const key = await api.declareBinding(vhost, binding);
            return () => api.deleteBinding(vhost, binding, key);
        },
    };
}

/** Every kind of difference, at least one for each field that a broker stores. */
export const seeds: readonly Seed[] = [
    seed(
        "a queue is deleted",
        "up",
        [
            `delete binding ${vhost}/spot.admin -> ${queueName} (${keyOfAll})`,
            `delete binding ${vhost}/spot.admin -> ${queueName} (${queueName})`,
            `delete queue ${vhost}/${queueName}`,
        ],
        ({ api }) => api.deleteQueue(vhost, queueName),
        async (broker) => {
            await declareQueue(broker, queueOf(broker));
            await bindAgain(broker, queueName);
        },
    ),
    queueSeed("another type", { type: "classic" }),
    queueSeed("an argument that is not declared", { arguments: { "x-max-age": "1h" } }),
    queueSeed("another argument", { arguments: { "x-initial-cluster-size": 1 } }),
    strayQueueSeed("a quorum queue", { type: "quorum" }),
    strayQueueSeed("a stream", { type: "stream" }),
    strayQueueSeed("a transient queue", { type: "classic", durable: false }),
    strayQueueSeed("an auto-delete queue", { type: "classic", autoDelete: true }),
    strayQueueSeed("a queue in the first virtual host", { type: "classic" }, "/"),
    seed(
        "an exchange is deleted",
        "up",
        [
            `delete binding ${vhost}/spot.rpc -> analyzer-orchestrator.rpc (analysis.status)`,
            `delete binding ${vhost}/spot.rpc -> analyzer-orchestrator.rpc (analysis.submit)`,
            `delete exchange ${vhost}/${exchangeName}`,
        ],
        ({ api }) => api.deleteExchange(vhost, exchangeName),
        async (broker) => {
            await declareExchange(broker, exchangeOf(broker));
            await bindAgain(broker, exchangeName);
        },
    ),
    exchangeSeed("another type", { type: "topic" }),
    exchangeSeed("an alternate exchange that is not declared", {
        arguments: { "alternate-exchange": "amq.fanout" },
    }),
    exchangeSeed("no durability", { durable: false }),
    seed(
        "there is an exchange that is not declared",
        "hand",
        [`create exchange ${vhost}/stray`],
        (broker) => declareExchange(broker, { ...exchangeOf(broker), name: "stray" }),
        ({ api }) => api.deleteExchange(vhost, "stray"),
    ),
    seed(
        "there is an internal exchange that is not declared",
        "hand",
        [`create exchange ${vhost}/stray`],
        (broker) => declareExchange(broker, { ...exchangeOf(broker), name: "stray", internal: true }),
        ({ api }) => api.deleteExchange(vhost, "stray"),
    ),
    seed(
        "a binding is deleted",
        "up",
        [`delete binding ${vhost}/spot.admin -> ${queueName} (${keyOfAll})`],
        ({ api }) => api.deleteBinding(vhost, ends, keyOfAll),
        (broker) => bindAgain(broker, queueName),
    ),
    strayBindingSeed("a binding with another key", `spot.admin -> ${queueName} (stray)`, {
        ...ends,
        routingKey: "stray",
        ...noArguments,
    }),
    strayBindingSeed("a binding of a built-in exchange", `amq.topic -> ${queueName} (stray)`, {
        ...ends,
        source: "amq.topic",
        routingKey: "stray",
        ...noArguments,
    }),
    strayBindingSeed("a binding with arguments", `amq.headers -> ${queueName} () {"kind":"a"}`, {
        ...ends,
        source: "amq.headers",
        routingKey: "",
        arguments: { kind: "a" },
    }),
    strayBindingSeed("a binding between exchanges", "spot.admin -> exchange amq.fanout (#)", {
        source: "spot.admin",
        destination: "amq.fanout",
        destinationType: "exchange",
        routingKey: "#",
        ...noArguments,
    }),
    {
        what: "a client copies messages into its exclusive queue",
        by: "hand",
        finds: [`create binding ${vhost}/spot.admin -> tap (#)`],
        apply: async ({ connect }: SeededBroker) => {
            const connection = await connect(vhost);
            const channel = await connection.createChannel();
            await channel.assertQueue("tap", { exclusive: true });
            await channel.bindQueue("tap", "spot.admin", "#");
            return () => connection.close();
        },
    },
    seed(
        "a policy is deleted",
        "up",
        [`delete policy ${vhost}/queue.${queueName}`],
        ({ api }) => api.deletePolicy(vhost, `queue.${queueName}`),
        (broker) => putPolicy(broker, policyOf(broker)),
    ),
    policySeed("value", { definition: { "max-age": "1h", "queue-leader-locator": "balanced" } }),
    policySeed("pattern", { pattern: "^nothing$" }),
    policySeed("precedence", { precedence: 31 }),
    policySeed("kind of object to apply to", { applyTo: "queues" }),
    seed(
        "there is a policy that is not declared",
        "hand",
        [`create policy ${vhost}/stray`],
        (broker) =>
            putPolicy(broker, { ...policyOf(broker), name: "stray", precedence: 99, definition: limits }),
        ({ api }) => api.deletePolicy(vhost, "stray"),
    ),
    seed(
        "an operator policy is deleted",
        "up",
        [`delete operator policy ${vhost}/cap.quorum`],
        ({ api }) => api.deleteOperatorPolicy(vhost, "cap.quorum"),
        (broker) => putPolicy(broker, operatorPolicyOf(broker), true),
    ),
    seed(
        "an operator policy has another value",
        "up",
        [`update operator policy ${vhost}/cap.quorum`],
        (broker) => putPolicy(broker, { ...operatorPolicyOf(broker), definition: limits }, true),
        (broker) => putPolicy(broker, operatorPolicyOf(broker), true),
    ),
    seed(
        "there is an operator policy that is not declared",
        "hand",
        [`create operator policy ${vhost}/stray`],
        (broker) =>
            putPolicy(
                broker,
                { ...operatorPolicyOf(broker), name: "stray", precedence: 99, pattern: "^unrouted$" },
                true,
            ),
        ({ api }) => api.deleteOperatorPolicy(vhost, "stray"),
    ),
    userSeed("a user has another tag", "up", [`update user ${userName}`], ({ api, passwords }) =>
        api.putUser(userName, { password: passwords[userName] ?? "", tags: ["administrator"] }),
    ),
    userSeed(
        "a user has a tag that RabbitMQ does not know",
        "up",
        [`tags user ${userName}`],
        ({ api, passwords }) =>
            api.put(["users", userName], { password: passwords[userName], tags: "impersonator" }),
    ),
    userSeed("a user has another password", "hand", [`password user ${userName}`], ({ api }) =>
        api.putUser(userName, { password: "another-password", tags: [] }),
    ),
    userSeed("a user has no password", "hand", [`password user ${userName}`], ({ api }) =>
        api.put(["users", userName], { password_hash: "", tags: "" }),
    ),
    seed(
        "a user has a limit",
        "hand",
        [`update user ${userName}`],
        ({ api }) => api.put(["user-limits", userName, "max-connections"], { value: 50 }),
        ({ api }) => api.delete(["user-limits", userName, "max-connections"]),
    ),
    strayUserSeed("a user without permissions", []),
    strayUserSeed("an administrator", ["administrator"]),
    strayUserSeed("a user with a permission", [], [`create permission ${vhost}/stray`]),
    userSeed("a permission is deleted", "up", [`delete permission ${vhost}/${userName}`], ({ api }) =>
        api.deletePermissions(vhost, userName),
    ),
    userSeed("a permission is wider", "up", [`update permission ${vhost}/${userName}`], ({ api }) =>
        api.putPermissions(vhost, userName, { configure: ".*", write: ".*", read: ".*" }),
    ),
    seed(
        "a user has a permission in another virtual host",
        "hand",
        [`create permission "/"/${userName}`],
        ({ api }) => api.putPermissions("/", userName, { configure: "", write: "", read: ".*" }),
        ({ api }) => api.deletePermissions("/", userName),
    ),
    userSeed(
        "a topic permission is wider",
        "up",
        [`update topic permission ${vhost}/${userName} on spot.analysis`],
        ({ api }) =>
            api.putTopicPermission(vhost, userName, {
                exchange: "spot.analysis",
                write: ".*",
                read: ".*",
            }),
    ),
    seed(
        "there is a topic permission that is not declared",
        "hand",
        [`create topic permission ${vhost}/${userName} on amq.topic`],
        ({ api }) =>
            api.putTopicPermission(vhost, userName, { exchange: "amq.topic", write: ".*", read: ".*" }),
        async (broker) => {
            await broker.api.deleteTopicPermissions(vhost, userName);
            await restoreUser(broker);
        },
    ),
    limitSeed("max-queues"),
    limitSeed("max-connections"),
    {
        what: "a virtual host has another default queue type",
        by: "hand",
        finds: [`update vhost ${vhost}`],
        apply: async ({ api }: SeededBroker) => {
            const before = await api.get(["vhosts", vhost]);
            const { default_queue_type: type } = before as { default_queue_type: string }; // what the broker answers
            await api.putVhost(vhost, { default_queue_type: "stream" });
            return () => api.putVhost(vhost, { default_queue_type: type });
        },
    },
    seed(
        "a virtual host is protected from deletion",
        "hand",
        [`update vhost ${vhost}`],
        ({ api }) => api.post(["vhosts", vhost, "deletion", "protection"], {}),
        ({ api }) => api.delete(["vhosts", vhost, "deletion", "protection"]),
        { versions: ["4.3"] },
    ),
    seed(
        "messages of a virtual host are traced",
        "hand",
        [`tracing vhost ${vhost}`],
        ({ api }) => api.putVhost(vhost, { tracing: true }),
        ({ api }) => api.putVhost(vhost, { tracing: false }),
    ),
    seed(
        "there is a virtual host that is not declared",
        "hand",
        ["create vhost stray"],
        ({ api }) => api.putVhost("stray"),
        ({ api }) => api.deleteVhost("stray"),
    ),
    seed(
        "there is a global parameter that is not declared",
        "hand",
        ["create global parameter stray"],
        ({ api }) => api.put(["global-parameters", "stray"], { value: { a: 1 } }),
        ({ api }) => api.delete(["global-parameters", "stray"]),
    ),
    parameterSeed("shovel", "shovel", {
        "src-protocol": "amqp091",
        "src-uri": "amqp:///spot",
        "src-queue": "unrouted",
        "dest-protocol": "amqp091",
        "dest-uri": "amqp://127.0.0.1:1/spot",
        "dest-queue": "unrouted",
        "ack-mode": "on-confirm",
    }),
    parameterSeed("federation upstream", "federation-upstream", { uri: "amqp://127.0.0.1:1" }),
    parameterSeed("federation upstream set", "federation-upstream-set", [{ upstream: "stray" }]),
];

function operatorPolicyOf({ topology }: SeededBroker): Policy {
    return found(
        topology.operatorPolicies.find(({ name }) => name === "cap.quorum"),
        "cap.quorum",
    );
}
