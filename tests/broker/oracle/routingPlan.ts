import {
    type Arguments,
    type Binding,
    binding,
    type Exchange,
    exchange,
    type Policy,
    type Queue,
    queue,
    type Topology,
} from "@spot-messaging/topology";
import fc from "fast-check";

/** A message to publish; which queues it reaches is the question. */
export interface Probe {
    readonly exchange: string;
    readonly routingKey: string;
    readonly headers: Arguments;
}

/** A random topology, without its virtual host, and messages to send through it. */
export interface RoutingPlan {
    readonly topology: Pick<Topology, "bindings" | "exchanges" | "policies" | "queues">;
    readonly probes: readonly Probe[];
}

const v = "v";
const exchangeNames = ["e0", "e1", "e2", "e3", "e4", "e5"];
const predeclared = ["amq.topic", "amq.direct", "amq.fanout", "amq.headers", "amq.match"];
/** Some are named like keys, for the default exchange. */
const queueNames = ["q0", "q1", "q2", "a", "a.b", "*"];

const keyWord = fc.constantFrom("a", "a", "b", "b", "c", "", "*", "#");
const key = fc.array(keyWord, { maxLength: 5 }).map((words) => words.join("."));
const patternWord = fc.constantFrom("a", "a", "b", "c", "", "*", "*", "#", "#");
/** Brokers from 4.3.5 on refuse more than two `#` in one pattern. */
const pattern = fc
    .array(patternWord, { maxLength: 5 })
    .filter((words) => words.filter((word) => word === "#").length <= 2)
    .map((words) => words.join("."));

const headerName = fc.constantFrom("colour", "size", "x-tenant", "constructor");
const headerValue = fc.constantFrom("red", "blue", "1", 1, 2, 300, -1, 70_000, 1.5, true, false, "", null);
const header = fc.tuple(headerName, fc.oneof(headerValue, fc.constant(["red"])));
const headers = fc.array(header, { maxLength: 3 }).map((pairs): Arguments => Object.fromEntries(pairs));
const matchMode = fc.constantFrom(
    {},
    ...["all", "any", "all-with-x", "any-with-x"].map((x) => ({ "x-match": x })),
);
const wanted = fc.tuple(headers, matchMode).map(([pairs, mode]): Arguments => ({ ...pairs, ...mode }));

const alternate = fc.option(fc.constantFrom(...exchangeNames, "amq.fanout", "", "missing"), {
    nil: undefined,
});

function exchangeNamed(name: string): fc.Arbitrary<Exchange> {
    const type = fc.constantFrom("direct", "fanout", "topic", "topic", "headers");
    return fc.tuple(type, alternate, fc.boolean()).map(([kind, other, internal]) =>
        exchange(v, name, kind as Exchange["type"], {
            internal: internal && name === "e5",
            arguments: other === undefined ? {} : { "alternate-exchange": other },
        }),
    );
}

/** Policies that only concern exchanges' alternates; no two of equal precedence, since then the broker's choice is undefined. */
const policies = fc
    .array(
        fc.record({
            pattern: fc.constantFrom("", "^e", "e[0-2]$", "^e1$", "^(e2|e3)$", "^amq\\.", "topic|e4"),
            applyTo: fc.constantFrom("all", "exchanges", "exchanges", "queues"),
            to: fc.constantFrom(...exchangeNames, "amq.topic", "missing"),
        }),
        { maxLength: 3 },
    )
    .map((drafts) =>
        drafts.map(
            ({ to, ...draft }, precedence): Policy => ({
                ...draft,
                applyTo: draft.applyTo,
                vhost: v,
                name: `p${precedence}`,
                precedence,
                definition: { "alternate-exchange": to },
            }),
        ),
    );

function bindingsBetween(exchanges: readonly string[], queues: readonly Queue[]): fc.Arbitrary<Binding[]> {
    const toQueue = fc.constantFrom(...queues.map(({ name }) => name));
    const toExchange = fc.constantFrom(...exchanges);
    const end = fc.oneof(
        { arbitrary: fc.tuple(fc.constant("queue" as const), toQueue), weight: 3 },
        { arbitrary: fc.tuple(fc.constant("exchange" as const), toExchange), weight: 1 },
    );
    const source = fc.constantFrom(...exchanges, ...predeclared);
    return fc.array(
        fc
            .tuple(source, end, pattern, wanted)
            .map(([from, [destinationType, to], routingKey, args]) =>
                binding(v, from, to, routingKey, { destinationType, arguments: args }),
            ),
        { minLength: 1, maxLength: 30 },
    );
}

const carbonCopies = fc.constantFrom<Arguments>({}, {}, {}, { CC: ["a", "b.c"] }, { BCC: ["q0"], CC: [""] });

function probesTo(exchanges: readonly Exchange[], count: number): fc.Arbitrary<Probe[]> {
    const open = exchanges.filter(({ internal }) => !internal).map(({ name }) => name);
    const target = fc.constantFrom(...open, ...open, ...predeclared, "");
    const known = fc.constantFrom(...queueNames);
    const probe = fc
        .tuple(
            target,
            fc.oneof({ arbitrary: key, weight: 5 }, { arbitrary: known, weight: 1 }),
            headers,
            carbonCopies,
        )
        .map(([to, routingKey, some, copies]) => ({
            exchange: to,
            routingKey,
            headers: { ...some, ...copies },
        }));
    return fc.array(probe, { minLength: 1, maxLength: count, size: "max" });
}

/**
 * Topologies of every exchange type with bindings among exchanges (circles included), alternates by argument and by policy, empty keys and
 * words, and messages that know as little about them as publishers do.
 * @param count about how many messages each plan has
 */
export function routingPlan(count: number): fc.Arbitrary<RoutingPlan> {
    const exchanges = fc.subarray(exchangeNames, { minLength: 2 });
    const queues = fc
        .subarray(queueNames, { minLength: 2 })
        .map((names) => names.map((name) => queue(v, name, "classic")));
    return fc.tuple(exchanges, queues).chain(([names, declaredQueues]) =>
        fc.tuple(...names.map(exchangeNamed)).chain((declared) =>
            fc
                .record({
                    bindings: bindingsBetween(names, declaredQueues),
                    policies,
                    probes: probesTo(declared, count),
                })
                .map(({ bindings, policies: some, probes }) => ({
                    topology: { exchanges: declared, queues: declaredQueues, bindings, policies: some },
                    probes,
                })),
        ),
    );
}
