import type { BrokerVersion } from "../../src/model/index.ts";

/** A small file, and what an import makes of it. */
export interface ImportCase {
    readonly title: string;
    /** The lists of the file; without `vhosts` it has one virtual host, "shop". */
    readonly file: Readonly<Record<string, unknown>>;
    /** `outcome place: message`, on 4.3 and on 4.0. */
    readonly says: readonly string[];
    /** Where 4.0 says something else. */
    readonly saysOn40?: readonly string[];
    /** @default - the newest patch of both */
    readonly written?: string;
    readonly only?: BrokerVersion;
}

const vhost = "shop";
const queue = (args: unknown, rest: object = {}): object => ({
    name: "orders",
    vhost,
    durable: true,
    auto_delete: false,
    arguments: args,
    ...rest,
});
const exchange = (type: unknown, rest: object = {}): object => ({
    name: "events",
    vhost,
    type,
    durable: true,
    auto_delete: false,
    internal: false,
    arguments: {},
    ...rest,
});
const user = (name: string): object => ({
    name,
    password_hash: "",
    hashing_algorithm: "rabbit_password_hashing_sha256",
    tags: [],
});
const binding = (rest: object = {}): object => ({
    source: "events",
    vhost,
    destination: "orders",
    destination_type: "queue",
    routing_key: "order.placed",
    arguments: {},
    ...rest,
});
const policy = (definition: unknown, rest: object = {}): object => ({
    vhost,
    name: "limits",
    pattern: "^orders$",
    "apply-to": "queues",
    priority: 1,
    definition,
    ...rest,
});
const classic = { "x-queue-type": "classic" };
const plugin = (name: string): string => `; refused unless the plugin ${name} is enabled`;

/** What brokers did with files of these kinds: 4.3.6 and 4.0.5, unless the title says otherwise. */
export const importCases: readonly ImportCase[] = [
    {
        title: "a binding of an exclusive queue, which an export leaves out",
        file: {
            queues: [],
            exchanges: [exchange("topic")],
            bindings: [binding({ destination: "amq.gen-pOJHQkjRju27" })],
        },
        says: ['refusedImport bindings[0]: queue "amq.gen-pOJHQkjRju27" does not exist'],
    },
    {
        title: "a transient queue, which the newest patch permits",
        file: { queues: [queue(classic, { durable: false })] },
        says: [],
    },
    {
        title: "a transient queue on 4.3.5, which leaves it out, so that its binding fails",
        written: "4.3.5",
        only: "4.3",
        file: {
            exchanges: [exchange("topic")],
            queues: [queue(classic, { durable: false })],
            bindings: [binding()],
        },
        says: [
            'skippedByImport queues[0] "orders": is not durable; RabbitMQ 4.3 denies that by default, so an import reports success and does not create the queue',
            'refusedImport bindings[0]: queue "orders" is not created by the import',
        ],
    },
    {
        title: "the default queue type, which goes to durable queues that do not delete themselves",
        file: {
            vhosts: [{ name: vhost, metadata: { default_queue_type: "quorum" } }],
            queues: [queue({}, { auto_delete: true }), queue({}, { name: "live", durable: false })],
        },
        says: [],
    },
    {
        title: "an argument of quorum queues on a queue that becomes one by default",
        file: {
            vhosts: [{ name: vhost, metadata: { default_queue_type: "quorum" } }],
            queues: [
                queue({ "x-delivery-limit": 5 }),
                queue({ "x-delivery-limit": 5 }, { name: "live", auto_delete: true }),
            ],
        },
        says: [
            'refusedImport queues[1] "live": has "x-delivery-limit", which a classic queue of RabbitMQ 4.3 cannot have',
        ],
        saysOn40: [
            'refusedImport queues[1] "live": has "x-delivery-limit", which a classic queue of RabbitMQ 4.0 cannot have',
        ],
    },
    {
        title: "exchanges that every virtual host has, also with another type",
        file: {
            exchanges: [
                exchange("direct", { name: "" }),
                exchange("direct", { name: "amq.topic" }),
                exchange("nonsense", { name: "amq.own" }),
            ],
        },
        says: [
            'skippedByImport exchanges[2] "amq.own": begins with "amq.", which the broker keeps for itself; an import passes over such an exchange',
        ],
    },
    {
        title: "bindings from exchanges that only some brokers have",
        file: {
            exchanges: [],
            queues: [queue(classic)],
            bindings: [
                binding({ source: "amq.rabbitmq.log" }),
                binding({ source: "amq.rabbitmq.event" }),
                binding({ source: "amq.rabbitmq.trace" }),
            ],
        },
        says: [
            'conditionalImport bindings[0]: exchange "amq.rabbitmq.log" is not in the file; refused unless exchange "amq.rabbitmq.log" exists on the broker',
            'conditionalImport bindings[1]: exchange "amq.rabbitmq.event" is not in the file; refused unless exchange "amq.rabbitmq.event" exists on the broker',
        ],
    },
    {
        title: "a file without users, whose permissions are of one that brokers have",
        file: { permissions: [{ user: "guest", vhost, configure: ".*", write: ".*", read: ".*" }] },
        says: [
            'conditionalImport permissions[0] "guest": user "guest" is not in the file; refused unless user "guest" exists on the broker',
        ],
    },
    {
        title: "a user that a file with users does not have",
        file: { users: [], permissions: [{ user: "web", vhost, configure: ".*", write: ".*", read: ".*" }] },
        says: ['refusedImport permissions[0] "web": user "web" does not exist'],
    },
    {
        title: "a super stream, whose arguments the stream plugin sets",
        file: {
            exchanges: [exchange("direct", { arguments: { "x-super-stream": true } })],
            queues: [queue({ "x-queue-type": "stream" })],
            bindings: [binding({ routing_key: "0", arguments: { "x-stream-partition-order": 0 } })],
        },
        says: [],
    },
    {
        title: "a delivery limit that is a text, which is stored without a check",
        file: { queues: [queue({ "x-queue-type": "quorum", "x-delivery-limit": "5" })] },
        says: [],
    },
    {
        title: "a password hash that is not Base64",
        file: { users: [{ name: "web", password_hash: "(no hash)", tags: [] }] },
        says: ['refusedImport users[0] "web": "password_hash" is not Base64'],
    },
    {
        title: "a user with two passwords, without tags, with a limit that is a text",
        file: {
            users: [
                { name: "a", password: "x", password_hash: "", tags: [] },
                { name: "b", password: "x" },
                { name: "c", password: "x", tags: "", limits: { "max-connections": "5", "max-queues": 1 } },
            ],
        },
        says: [
            'refusedImport users[0] "a": has "password" and "password_hash"',
            'refusedImport users[1] "b": "tags" is missing',
            'refusedImport users[2] "c": "max-connections" is "5"',
            'refusedImport users[2] "c": "limits" has "max-queues"',
        ],
    },
    {
        title: "a dead-letter routing key without an exchange in the arguments, although a policy sets one",
        file: {
            policies: [policy({ "dead-letter-exchange": "amq.topic" })],
            queues: [queue({ ...classic, "x-dead-letter-routing-key": "dead" })],
        },
        says: [
            'refusedImport queues[0] "orders": has "x-dead-letter-routing-key" without "x-dead-letter-exchange"; an exchange in a policy does not count',
        ],
    },
    {
        title: "a queue mode, which classic queues of 4.0 have",
        file: {
            queues: [
                queue({ "x-queue-type": "quorum", "x-queue-mode": "lazy" }),
                queue({ ...classic, "x-queue-mode": "lazy" }, { name: "old" }),
            ],
        },
        says: [
            'refusedImport queues[0] "orders": has "x-queue-mode", which a quorum queue of RabbitMQ 4.3 cannot have',
        ],
        saysOn40: [
            'refusedImport queues[0] "orders": has "x-queue-mode", which a quorum queue of RabbitMQ 4.0 cannot have',
        ],
    },
    {
        title: "policy settings that do not exist, and none at all",
        file: {
            policies: [
                policy({ "x-message-ttl": 5 }),
                policy({}, { name: "empty" }),
                policy({ "ha-mode": "exactly", "ha-params": 2 }, { name: "mirror" }),
            ],
        },
        says: [
            'refusedImport policies[0] "limits": has "x-message-ttl", which no policy of RabbitMQ 4.3 can set',
            'refusedImport policies[1] "empty": "definition" has no setting',
            'refusedImport policies[2] "mirror": has "ha-mode", "ha-params", which RabbitMQ 4.3 no longer supports',
        ],
        saysOn40: [
            'refusedImport policies[0] "limits": has "x-message-ttl", which no policy of RabbitMQ 4.0 can set',
            'refusedImport policies[1] "empty": "definition" has no setting',
            'refusedImport policies[2] "mirror": has "ha-mode", "ha-params", which RabbitMQ 4.0 no longer supports',
        ],
    },
    {
        title: "policy settings that were removed for different reasons",
        file: {
            policies: [
                policy({ "ha-mode": "all", "queue-master-locator": "random", "ha-sync-mode": "automatic" }),
            ],
        },
        says: [
            'refusedImport policies[0] "limits": has "ha-mode", "ha-sync-mode", which RabbitMQ 4.3 no longer supports',
            'refusedImport policies[0] "limits": has "queue-master-locator", which RabbitMQ 4.3 no longer supports',
        ],
        saysOn40: [
            'refusedImport policies[0] "limits": has "ha-mode", "ha-sync-mode", which RabbitMQ 4.0 no longer supports',
        ],
    },
    {
        title: "delayed retry by policy, which needs 4.3",
        file: { policies: [policy({ "delayed-retry-type": "all", "delayed-retry-min": 1000 })] },
        says: [],
        saysOn40: [
            'refusedImport policies[0] "limits": has "delayed-retry-type", which no policy of RabbitMQ 4.0 can set',
            'refusedImport policies[0] "limits": has "delayed-retry-min", which no policy of RabbitMQ 4.0 can set',
        ],
    },
    {
        title: "values of policies and queues of a wrong kind",
        file: {
            policies: [policy({ "max-length": "10" }, { "apply-to": "Queues", priority: "1", pattern: "(" })],
            queues: [queue({ ...classic, "x-max-length": "10", "x-max-priority": 256 })],
        },
        says: [
            'refusedImport policies[0] "limits": "pattern" is "(", which is not a regular expression',
            'refusedImport policies[0] "limits": "priority" is "1"',
            'refusedImport policies[0] "limits": "apply-to" is "Queues"',
            'refusedImport policies[0] "limits": "max-length" is "10"',
            'refusedImport queues[0] "orders": "x-max-length" is "10"',
            'refusedImport queues[0] "orders": "x-max-priority" is 256',
        ],
    },
    {
        title: "an exchange of a plugin that RabbitMQ does not ship",
        file: { exchanges: [exchange("x-delayed-message", { arguments: { "x-delayed-type": "topic" } })] },
        says: [
            `conditionalImport exchanges[0] "events": "type" is "x-delayed-message", which needs the plugin rabbitmq_delayed_message_exchange, which RabbitMQ does not ship${plugin("rabbitmq_delayed_message_exchange")}`,
        ],
    },
    {
        title: "exchanges of such plugins without the arguments that they must have",
        file: {
            exchanges: [exchange("x-delayed-message"), exchange("x-message-deduplication", { name: "once" })],
        },
        says: [
            'refusedImport exchanges[0] "events": has no argument "x-delayed-type", which an exchange of type "x-delayed-message" must have',
            'refusedImport exchanges[1] "once": has no argument "x-cache-size", which an exchange of type "x-message-deduplication" must have',
            `conditionalImport exchanges[0] "events": "type" is "x-delayed-message", which needs the plugin rabbitmq_delayed_message_exchange, which RabbitMQ does not ship${plugin("rabbitmq_delayed_message_exchange")}`,
            `conditionalImport exchanges[1] "once": "type" is "x-message-deduplication", which needs the plugin rabbitmq_message_deduplication, which RabbitMQ does not ship${plugin("rabbitmq_message_deduplication")}`,
        ],
    },
    {
        title: "a JMS exchange without a selector",
        file: { exchanges: [exchange("x-jms-topic")], queues: [queue(classic)], bindings: [binding()] },
        says: [
            'refusedImport bindings[0]: "rjms_erlang_selector" is missing',
            `conditionalImport exchanges[0] "events": "type" is "x-jms-topic", which needs the plugin rabbitmq_jms_topic_exchange${plugin("rabbitmq_jms_topic_exchange")}`,
        ],
    },
    {
        title: "types in another case",
        file: { exchanges: [exchange("Topic")], queues: [queue({ "x-queue-type": "Quorum" })] },
        says: [
            'refusedImport exchanges[0] "events": "type" is "Topic", which RabbitMQ and its plugins do not have',
            'refusedImport queues[0] "orders": "x-queue-type" is "Quorum", which is not a queue type',
        ],
    },
    {
        title: "a queue whose name the broker keeps for itself, and its binding",
        file: {
            exchanges: [exchange("topic")],
            queues: [queue(classic, { name: "amq.mine" })],
            bindings: [binding({ destination: "amq.mine" })],
        },
        says: [
            'skippedByImport queues[0] "amq.mine": begins with "amq.", which the broker keeps for itself; an import passes over such a queue',
            'refusedImport bindings[0]: queue "amq.mine" does not exist',
        ],
    },
    {
        title: "parameters that their plugins refuse",
        file: {
            parameters: [
                {
                    vhost: "nowhere",
                    component: "shovel",
                    name: "a",
                    value: { "src-uri": "amqp://", "src-queue": "x", "dest-uri": "amqp://" },
                },
                {
                    vhost,
                    component: "shovel",
                    name: "b",
                    value: { "src-uri": "amqp://", "dest-uri": "http://x" },
                },
                { vhost, component: "shovel", name: "c", value: "text" },
                { vhost, component: "federation-upstream", name: "d", value: {} },
                { vhost, component: "federation", name: "e", value: {} },
                { vhost, component: "policy", name: "f", value: {} },
            ],
        },
        says: [
            'refusedImport parameters[0] "a": virtual host "nowhere" does not exist',
            'refusedImport parameters[1] "b": "dest-uri" is not a URI of a broker: its scheme is neither amqp nor amqps',
            'refusedImport parameters[1] "b": has neither "src-exchange" nor "src-queue"',
            'refusedImport parameters[2] "c": "value" is "text"',
            'refusedImport parameters[3] "d": "uri" is missing',
            'refusedImport parameters[4] "e": "component" is "federation"',
            'refusedImport parameters[5] "f": is a policy among "parameters"',
            `conditionalImport parameters[0] "a": is a "shovel", which needs the plugin rabbitmq_shovel${plugin("rabbitmq_shovel")} (the first of 3 objects)`,
            `conditionalImport parameters[3] "d": is a "federation-upstream", which needs the plugin rabbitmq_federation${plugin("rabbitmq_federation")}`,
        ],
    },
    {
        title: "a key of a consistent-hash exchange that is not a weight",
        file: { exchanges: [exchange("x-consistent-hash")], queues: [queue(classic)], bindings: [binding()] },
        says: [
            'refusedImport bindings[0]: "routing_key" is "order.placed"; a consistent-hash exchange reads it as a weight',
            `conditionalImport exchanges[0] "events": "type" is "x-consistent-hash", which needs the plugin rabbitmq_consistent_hash_exchange${plugin("rabbitmq_consistent_hash_exchange")}`,
        ],
    },
    {
        title: "arguments that are null, or have null in them",
        file: {
            queues: [
                queue(null),
                queue({ ...classic, "x-max-length": null }, { name: "b" }),
                queue({ ...classic, x: [{ y: null }] }, { name: "c" }),
            ],
        },
        says: [
            'refusedImport queues[0] "orders": "arguments" is null',
            'refusedImport queues[1] "b": "x-max-length" is null, which no argument can be',
            'refusedImport queues[2] "c": "y" is null, which no argument can be',
        ],
    },
    {
        title: "a binding of the default exchange to a queue that is not there",
        file: { queues: [], bindings: [binding({ source: "" })] },
        says: ['refusedImport bindings[0]: queue "orders" does not exist'],
    },
    {
        title: "lists and objects of the wrong type",
        file: { global_parameters: {}, queues: [5], users: [5] },
        says: ["refusedImport global_parameters: is {}", "refusedImport queues[0]: is 5"],
    },
    {
        title: "duplicates of a user, which two processes of the broker may create at the same time",
        file: { users: [user("ann"), user("bob"), user("ann")] },
        says: [
            'conditionalImport users[2] "ann": user "ann" occurs twice, and the import fails if it creates both at the same time; refused unless the broker has the user already, or creates them in order',
        ],
    },
    {
        title: "duplicates of a queue: one is created",
        file: { queues: [queue(classic), queue({ "x-queue-type": "quorum" })] },
        says: [],
    },
    {
        title: "limits that the file's own queues exceed, which bind clients and not an import",
        file: {
            parameters: [{ vhost, component: "vhost-limits", name: "limits", value: { "max-queues": 1 } }],
            queues: [queue(classic), queue(classic, { name: "more" })],
        },
        says: [],
    },
    {
        title: "limits of another name or of a wrong kind",
        file: {
            parameters: [{ vhost, component: "vhost-limits", name: "all", value: { "max-queues": 1.5 } }],
        },
        says: [
            'refusedImport parameters[0] "all": "name" is "all"',
            'refusedImport parameters[0] "all": "max-queues" is 1.5',
        ],
    },
    {
        title: "a topic permission on an exchange that is not there",
        file: {
            users: [{ name: "web", tags: [] }],
            exchanges: [],
            topic_permissions: [{ user: "web", vhost, exchange: "events", write: ".*", read: ".*" }],
        },
        says: ['refusedImport topic_permissions[0] "web": exchange "events" does not exist'],
        saysOn40: [],
    },
    {
        title: "patterns of topic permissions as lists, which the broker joins to a text",
        file: {
            users: [{ name: "web", tags: [] }],
            exchanges: [exchange("topic")],
            topic_permissions: [
                { user: "web", vhost, exchange: "events", write: [94, "a"], read: ["(", 300] },
            ],
        },
        says: ['refusedImport topic_permissions[0] "web": "read" is ["(",300]'],
    },
    {
        title: "an exchange that does not say whether it is durable",
        file: { exchanges: [exchange("topic", { durable: undefined })] },
        says: [],
        saysOn40: ['refusedImport exchanges[0] "events": "durable" is missing'],
    },
    {
        title: "three times # in a key, from 4.3.5 on",
        file: {
            exchanges: [exchange("topic")],
            queues: [queue(classic)],
            bindings: [binding({ routing_key: "#.a.#.b.#" })],
        },
        says: [
            'refusedImport bindings[0]: "routing_key" is "#.a.#.b.#" with 3 times "#"; RabbitMQ 4.3 allows 2',
        ],
        saysOn40: [],
    },
    {
        title: "three times # in a key before 4.3.5",
        written: "4.3.4",
        only: "4.3",
        file: {
            exchanges: [exchange("topic")],
            queues: [queue(classic)],
            bindings: [binding({ routing_key: "#.a.#.b.#" })],
        },
        says: [],
    },
    {
        title: "x-match that a headers exchange does not know",
        file: {
            exchanges: [exchange("headers")],
            queues: [queue(classic)],
            bindings: [binding({ arguments: { "x-match": "some", a: 1 } })],
        },
        says: ['refusedImport bindings[0]: "x-match" is "some"'],
    },
    {
        title: "a quorum queue that is not durable, and a stream that deletes itself",
        file: {
            queues: [
                queue({ "x-queue-type": "quorum" }, { durable: false }),
                queue({ "x-queue-type": "stream" }, { name: "log", auto_delete: true }),
            ],
        },
        says: [
            'skippedByImport queues[0] "orders": is a quorum queue that is not durable; an import reports success and does not create it',
            'skippedByImport queues[1] "log": is a stream queue that deletes itself; an import reports success and does not create it',
        ],
    },
];
