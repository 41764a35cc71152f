import {
    type Arguments,
    type Binding,
    binding,
    type Exchange,
    exchange,
    type Permission,
    type Queue,
    queue,
    type TopicPermission,
    type Topology,
} from "@spot-messaging/topology";
import fc from "fast-check";

/** A random topology with one user, whose permissions are as random. */
export type AccessPlan = Pick<
    Topology,
    "bindings" | "exchanges" | "permissions" | "queues" | "topicPermissions"
>;

/** The virtual host and the user of every plan. */
export const plannedVhost = "v";
export const plannedUser = "u";

const exchangeNames = ["e0", "e1", "e2", "e3", "e4"];
/** Some have the name of an exchange or of a routing key. */
const queueNames = ["q0", "q1", "q2", "e0", "e1", "a", "a.b"];

/** Every name that a permission may match, also those of objects that the user may declare. */
export const plannedNames: readonly string[] = [...new Set([...exchangeNames, ...queueNames, "mine", "q7"])];

/** Routing keys and headers that match every binding of a plan, and some that match none. */
export const plannedKeys: readonly string[] = [
    "",
    ...["a", "b", "c"].flatMap((first) => [first, ...["a", "b", "c"].map((second) => `${first}.${second}`)]),
    ...queueNames,
    "zz",
    "a.zz.zz",
];

const boundKey = fc
    .array(fc.constantFrom("a", "a", "b", "c", "*", "#"), { minLength: 1, maxLength: 2 })
    .map((words) => words.join("."));

export const plannedHeaders: readonly Arguments[] = [
    {},
    { colour: "red" },
    { colour: "blue", size: 1 },
    { size: 1 },
];

const headersBinding = fc
    .tuple(fc.constantFrom(...plannedHeaders), fc.constantFrom({}, { "x-match": "any" }))
    .map(([pairs, match]): Arguments => ({ ...pairs, ...match }));

const namePattern = fc.constantFrom(
    "",
    "^$",
    ".*",
    "^e0$",
    "^(e0|q1)$",
    "^(e1|amq\\.default)$",
    "^e[12]$",
    "^(e2|mine)$",
    "q|e3",
    "^(e3|e4|a)$",
);
const keyPattern = fc.constantFrom(
    "",
    "^$",
    ".*",
    "^a$",
    "^(a|b\\.c)$",
    "^a\\.",
    "\\.c$",
    "^[ab](\\.b)?$",
    "b",
    "^{username}",
);

const exchangesOf = (names: readonly string[], withAlternates: boolean): fc.Arbitrary<Exchange[]> =>
    fc.tuple(
        ...names.map((name) =>
            fc
                .tuple(
                    fc.constantFrom(
                        "direct" as const,
                        "fanout" as const,
                        "topic" as const,
                        "topic" as const,
                        ...(withAlternates ? ["headers" as const] : []),
                    ),
                    withAlternates
                        ? fc.constantFrom(undefined, ...exchangeNames, "amq.fanout")
                        : fc.constant(undefined),
                    fc.boolean(),
                )
                .map(([type, alternate, internal]) =>
                    exchange(plannedVhost, name, type, {
                        internal: internal && name === "e4",
                        arguments: alternate === undefined ? {} : { "alternate-exchange": alternate },
                    }),
                ),
        ),
    );

const queuesOf = (names: readonly string[]): fc.Arbitrary<Queue[]> =>
    fc.tuple(
        ...names.map((name) =>
            fc
                .tuple(
                    fc.constantFrom(undefined, undefined, ...exchangeNames, ""),
                    fc.constantFrom(undefined, undefined, ...queueNames, "a.b"),
                )
                .map(([letters, key]) =>
                    queue(plannedVhost, name, "classic", {
                        arguments: {
                            ...(letters !== undefined && { "x-dead-letter-exchange": letters }),
                            ...(letters !== undefined &&
                                key !== undefined && { "x-dead-letter-routing-key": key }),
                        },
                    }),
                ),
        ),
    );

const bindingsBetween = (exchanges: readonly string[], queues: readonly string[]): fc.Arbitrary<Binding[]> =>
    fc.array(
        fc
            .tuple(
                fc.constantFrom(...exchanges, "amq.fanout"),
                fc.oneof(
                    fc.tuple(fc.constant("queue" as const), fc.constantFrom(...queues)),
                    fc.tuple(fc.constant("exchange" as const), fc.constantFrom(...exchanges)),
                ),
                boundKey,
                headersBinding,
            )
            .map(([source, [destinationType, to], routingKey, args]) =>
                binding(plannedVhost, source, to, routingKey, { destinationType, arguments: args }),
            ),
        { maxLength: 8 },
    );

/** @param withAlternates also alternate exchanges and headers exchanges, with which further routing keys can mean fewer queues */
export function accessPlan(withAlternates: boolean): fc.Arbitrary<AccessPlan> {
    const permission = fc.tuple(namePattern, namePattern, namePattern).map(
        ([configure, write, read]): Permission => ({
            vhost: plannedVhost,
            user: plannedUser,
            configure,
            write,
            read,
        }),
    );
    return fc
        .tuple(fc.subarray(exchangeNames, { minLength: 2 }), fc.subarray(queueNames, { minLength: 2 }))
        .chain(([exchanges, queues]) =>
            fc
                .record({
                    exchanges: exchangesOf(exchanges, withAlternates),
                    queues: queuesOf(queues),
                    bindings: bindingsBetween(exchanges, queues),
                    permission,
                    topics: fc.dictionary(fc.constantFrom(...exchanges), keyPattern, { maxKeys: 3 }),
                })
                .map(({ permission: only, topics, ...rest }) => ({
                    ...rest,
                    permissions: [only],
                    topicPermissions: Object.entries(topics).map(
                        ([name, write]): TopicPermission => ({
                            vhost: plannedVhost,
                            user: plannedUser,
                            exchange: name,
                            write,
                            read: ".*",
                        }),
                    ),
                })),
        );
}
