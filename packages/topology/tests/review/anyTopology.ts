import fc from "fast-check";
import {
    type Arguments,
    appliesTo,
    binding,
    brokerVersions,
    duration,
    exchange,
    type Policy,
    queue,
    queuePurposes,
    queueTypes,
    type Service,
    service,
    type Topology,
    userTags,
} from "../../src/model/index.ts";
import { canonicalTopology, identities } from "../../src/review/compare/canonical.ts";

/** Few enough to meet, strange enough to break a quoting. */
export const anyName = fc.oneof(
    fc.constantFrom(
        "a",
        "b",
        "a.b",
        "a/b",
        'say "hi"',
        "1. <b>&amp;</b> #35; `x` [y](z) | end",
        "--> end",
        "valueOf",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
);
const name = anyName;
const vhost = fc.constantFrom("v", "w");
/** Without `__proto__`, which is not an own property of an object literal, and without -0, which JSON does not have. */
const table = fc.dictionary(
    name.filter((key) => key !== "__proto__"),
    fc
        .jsonValue()
        .map((value) => JSON.stringify(value))
        .filter((text) => !text.includes("__proto__"))
        .map((text) => JSON.parse(text) as Arguments[string]), // it was written from a JSON value
);
const topicKey = fc.constantFrom("", "a.b", "*.b", "#", "a.#");

const policy: fc.Arbitrary<Policy> = fc.record({
    vhost,
    name,
    pattern: fc.constantFrom("", "^a$", "^(a|b)$", "("),
    applyTo: fc.constantFrom(...appliesTo),
    precedence: fc.integer({ min: -5, max: 5 }),
    definition: fc.oneof(
        table,
        fc.record({
            "dead-letter-exchange": name,
            "message-ttl": fc.nat(),
            "max-length": fc.nat(),
            "alternate-exchange": name,
        }),
    ),
});

const aService: fc.Arbitrary<Service> = fc
    .record({
        vhost,
        name,
        publishes: fc.array(
            fc.record(
                {
                    message: name,
                    exchange: name,
                    routingKey: topicKey,
                    persistent: fc.boolean(),
                    mandatory: fc.boolean(),
                    urgency: fc.boolean(),
                    expiration: fc.constant(duration("1 minute")),
                },
                {
                    requiredKeys: ["message", "exchange", "routingKey", "persistent", "mandatory", "urgency"],
                },
            ),
        ),
        consumes: fc.array(
            fc.record({
                message: name,
                queue: name,
                prefetch: fc.nat(),
                jobLimit: fc.constant(duration("2 days")),
            }),
        ),
        calls: fc.array(
            fc.record({
                message: name,
                exchange: name,
                routingKey: topicKey,
                timeout: fc.constant(duration("5 seconds")),
            }),
        ),
        replies: fc.boolean(),
        inspects: fc.array(name),
        redrives: fc.boolean(),
        tags: fc.subarray([...userTags]),
    })
    .map(({ vhost: of, name: each, ...settings }) => service(of, each, settings));

const limit = fc.nat(100);

/** Any topology, valid or not, each object once, in canonical order. */
export const anyTopology: fc.Arbitrary<Topology> = fc
    .record({
        brokerVersion: fc.constantFrom(...brokerVersions),
        vhosts: fc.uniqueArray(
            fc.record(
                {
                    name: vhost,
                    limits: fc.record({ maxConnections: limit, maxQueues: limit }, { requiredKeys: [] }),
                    protectedFromDeletion: fc.boolean(),
                },
                { requiredKeys: ["name"] },
            ),
            { selector: identities.vhosts },
        ),
        exchanges: fc.uniqueArray(
            fc
                .tuple(
                    vhost,
                    name,
                    fc.constantFrom("direct", "fanout", "topic", "headers", "x-random" as const),
                    table,
                )
                .map(([of, each, type, args]) => exchange(of, each, type, { arguments: args })),
            { selector: identities.exchanges },
        ),
        queues: fc.uniqueArray(
            fc
                .tuple(
                    vhost,
                    name,
                    fc.constantFrom(...queueTypes),
                    fc.option(fc.constantFrom(...queuePurposes)),
                )
                .map(([of, each, type, purpose]) =>
                    queue(of, each, type, purpose === null ? {} : { purpose }),
                ),
            { selector: identities.queues },
        ),
        bindings: fc.uniqueArray(
            fc
                .tuple(
                    vhost,
                    name,
                    name,
                    topicKey,
                    fc.constantFrom("queue" as const, "exchange" as const),
                    table,
                )
                .map(([of, source, destination, key, destinationType, args]) =>
                    binding(of, source, destination, key, { destinationType, arguments: args }),
                ),
            { selector: identities.bindings },
        ),
        policies: fc.uniqueArray(policy, { selector: identities.policies }),
        operatorPolicies: fc.uniqueArray(policy, { selector: identities.operatorPolicies }),
        users: fc.uniqueArray(
            fc.record(
                {
                    name,
                    tags: fc.subarray([...userTags]),
                    limits: fc.record({ maxConnections: limit, maxChannels: limit }, { requiredKeys: [] }),
                },
                { requiredKeys: ["name", "tags"] },
            ),
            { selector: identities.users },
        ),
        permissions: fc.uniqueArray(
            fc.record({ user: name, vhost, configure: name, write: name, read: name }),
            { selector: identities.permissions },
        ),
        topicPermissions: fc.uniqueArray(
            fc.record({ user: name, vhost, exchange: name, write: name, read: name }),
            { selector: identities.topicPermissions },
        ),
        services: fc.uniqueArray(aService, { selector: identities.services }),
        retries: fc.uniqueArray(
            fc.record({
                vhost,
                queue: name,
                route: fc.oneof(
                    fc.record({ mode: fc.constant("broker" as const), attempts: fc.nat(20) }),
                    fc.record({
                        mode: fc.constant("exchange" as const),
                        attempts: fc.nat(20),
                        exchange: name,
                        routingKeys: fc.array(topicKey),
                    }),
                ),
            }),
            { selector: identities.retries },
        ),
    })
    .map(canonicalTopology);

/** The same topology with its lists in another order. */
export function shuffled(topology: Topology, order: (length: number) => readonly number[]): Topology {
    const entries = Object.entries(topology).map(([key, value]: [string, unknown]) => [
        key,
        Array.isArray(value) ? order(value.length).map((index) => (value as unknown[])[index]) : value,
    ]);
    return Object.fromEntries(entries.reverse()) as Topology; // every list keeps its elements
}
