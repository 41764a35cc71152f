import { type Binding, binding, type Exchange, exchange, type Queue, queue } from "@spot-messaging/topology";
import fc from "fast-check";
import type { Probe, RoutingPlan } from "./routingPlan.ts";

const v = "v";
const exchangeNames = ["e0", "e1", "e2", "e3"];
const queueNames = ["q0", "q1", "q2", "q3"];

const types: readonly Exchange["type"][] = [
    "direct",
    "fanout",
    "topic",
    "x-consistent-hash",
    "x-random",
    "x-modulus-hash",
    "x-recent-history",
    "x-local-random",
];

const key = fc.constantFrom("a", "b", "a.b", "c.b", "");
const weight = fc.constantFrom("1", "2", "5");

/** What an exchange of each type may be bound with and to. */
function bindingOf(
    { name, type }: Exchange,
    exchanges: readonly Exchange[],
    queues: readonly Queue[],
): fc.Arbitrary<Binding> {
    const toQueue = fc.constantFrom(...queues).map((to) => ({ to: to.name, isQueue: true }));
    const toExchange = fc.constantFrom(...exchanges).map((to) => ({ to: to.name, isQueue: false }));
    const end =
        type === "x-local-random"
            ? toQueue
            : fc.oneof({ arbitrary: toQueue, weight: 3 }, { arbitrary: toExchange, weight: 1 });
    const keys = type === "x-consistent-hash" ? weight : type === "x-local-random" ? fc.constant("") : key;
    return fc
        .tuple(end, keys)
        .map(([{ to, isQueue }, routingKey]) =>
            binding(v, name, to, routingKey, { destinationType: isQueue ? "queue" : "exchange" }),
        );
}

/** Exchanges of the broker and of the plugins that it ships, bound to queues and to each other, and messages. */
export function pluginPlan(count: number): fc.Arbitrary<RoutingPlan> {
    const queues = queueNames.map((name) => queue(v, name, "classic"));
    const alternate = fc.option(fc.constantFrom(...exchangeNames), { nil: undefined, freq: 1 });
    return fc
        .tuple(
            ...exchangeNames.map((name) =>
                fc.tuple(fc.constantFrom(...types), alternate).map(([type, other]) =>
                    exchange(v, name, type, {
                        arguments: other === undefined ? {} : { "alternate-exchange": other },
                    }),
                ),
            ),
        )
        .chain((exchanges) =>
            fc
                .record({
                    bindings: fc
                        .tuple(
                            ...exchanges.map((each) =>
                                fc.array(bindingOf(each, exchanges, queues), { maxLength: 4 }),
                            ),
                        )
                        .map((lists) => lists.flat()),
                    probes: fc.array(
                        fc
                            .tuple(fc.constantFrom(...exchangeNames), key)
                            .map(([to, routingKey]): Probe => ({ exchange: to, routingKey, headers: {} })),
                        { minLength: count, maxLength: count },
                    ),
                })
                .map(({ bindings, probes }) => ({
                    topology: { exchanges, queues, bindings, policies: [] },
                    probes,
                })),
        );
}
