import {
    type Binding,
    binding,
    exchange,
    type Parameter,
    queue,
    type Topology,
} from "@spot-messaging/topology";
import fc from "fast-check";

/** A random topology with shovels and the routing keys to publish to its exchange `in`. */
export interface ShovelPlan {
    /** @param login user and password of the shovels, as in a URI: without them, the protocol `local` uses those of guest */
    readonly topologyIn: (
        vhost: string,
        login: string,
    ) => Pick<Topology, "bindings" | "exchanges" | "parameters" | "queues">;
    readonly keys: readonly string[];
}

const sources = ["q0", "q1", "q2"];
const ends = ["end0", "end1"];
const key = fc.constantFrom("a", "b", "a.b", "c");
const pattern = fc.constantFrom("a", "b", "#", "a.*", "*");

type Field = readonly [name: string, value: string];

/** Shovels only lead forward, so that none of them goes in a circle: from a queue to a later one, to an end, or to the exchange that binds the ends. */
function destination(after: number): fc.Arbitrary<readonly Field[]> {
    const later = [...sources.slice(after), ...ends, "made"];
    return fc.oneof(
        fc.constantFrom(...later).map((name): readonly Field[] => [["dest-queue", name]]),
        key.map((routingKey): readonly Field[] => [
            ["dest-exchange", "out"],
            ["dest-exchange-key", routingKey],
        ]),
        fc.constant<readonly Field[]>([["dest-exchange", "out"]]),
    );
}

/** @param protocols those that the broker has besides AMQP 0.9.1 */
export function shovelPlan(protocols: readonly string[], count: number): fc.Arbitrary<ShovelPlan> {
    const protocol = fc.constantFrom("amqp091", ...protocols);
    const fromQueues = fc.tuple(
        ...sources.map((source, index) =>
            fc.option(
                fc.tuple(destination(index + 1), protocol, protocol).map(([to, src, dest]) => ({
                    name: `from ${source}`,
                    fields: [["src-queue", source] as const, ...to],
                    src,
                    dest,
                })),
                { nil: undefined, freq: 3 },
            ),
        ),
    );
    const fromExchange = fc.option(
        fc.tuple(pattern, destination(0), protocol, protocol).map(([bindingKey, to, src, dest]) => ({
            name: "from in",
            fields: [["src-exchange", "in"] as const, ["src-exchange-key", bindingKey] as const, ...to],
            src,
            dest,
        })),
        { nil: undefined },
    );
    const bindings = (source: string, queues: readonly string[]) =>
        fc.array(
            fc.tuple(fc.constantFrom(...queues), pattern).map(
                ([to, bindingKey]) =>
                    (vhost: string): Binding =>
                        binding(vhost, source, to, bindingKey),
            ),
            { minLength: 1, maxLength: 4 },
        );
    return fc
        .record({
            fromQueues,
            fromExchange,
            into: bindings("in", [...sources, ...ends]),
            out: bindings("out", ends),
            keys: fc.array(key, { minLength: count, maxLength: count }),
        })
        .map(({ fromQueues: some, fromExchange: other, into, out, keys }) => ({
            keys,
            topologyIn: (vhost, login) => ({
                exchanges: [exchange(vhost, "in", "topic"), exchange(vhost, "out", "topic")],
                queues: [...sources, ...ends].map((name) => queue(vhost, name, "classic")),
                bindings: [...into, ...out].map((make) => make(vhost)),
                parameters: [...some, other].flatMap((each): readonly Parameter[] =>
                    each === undefined
                        ? []
                        : [
                              {
                                  vhost,
                                  component: "shovel",
                                  name: each.name,
                                  value: {
                                      "src-uri": `amqp://${login}@/${vhost}`,
                                      "dest-uri": `amqp://${login}@/${vhost}`,
                                      "src-protocol": each.src,
                                      "dest-protocol": each.dest,
                                      ...Object.fromEntries(each.fields),
                                  },
                              },
                          ],
                ),
            }),
        }));
}
