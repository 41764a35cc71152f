import {
    type Arguments,
    type Binding,
    binding,
    type Exchange,
    type ExchangeType,
    exactPattern,
    exchange,
    type Policy,
    type PolicyDefinition,
    type Queue,
    type QueueType,
    queue,
} from "@spot-messaging/topology";
import type { DeathCause } from "@spot-messaging/topology/broker";
import fc from "fast-check";

/** A few queues that dead-letter among each other, and what happens to one message in the first of them. */
export interface FateGraph {
    readonly cause: DeathCause;
    readonly start: string;
    /** The message's further keys. No queue is named like them, so that it begins in one queue only. */
    readonly copies: readonly string[];
    readonly exchanges: readonly Exchange[];
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
}

/** The same setting as an argument, in a policy, or both. */
interface SettingValues {
    readonly byArgument: Arguments;
    readonly byPolicy: PolicyDefinition;
}

const v = "v";
const nodes = ["s", "a", "b", "c"];
/** Long enough that nothing expires during the test. */
const never = 600_000;
const soon = 40;

/** A setting with its values. If both the argument and the policy set it, the values differ, so that the test sees which one wins. */
function settingValues(
    key: string,
    values: readonly [string | number, string | number],
): fc.Arbitrary<SettingValues> {
    const [one, other] = values;
    return fc.constantFrom<SettingValues>(
        { byArgument: { [`x-${key}`]: one }, byPolicy: {} },
        { byArgument: {}, byPolicy: { [key]: one } },
        { byArgument: { [`x-${key}`]: one }, byPolicy: { [key]: other } },
        { byArgument: { [`x-${key}`]: other }, byPolicy: { [key]: one } },
    );
}

const nothing = fc.constant<SettingValues>({ byArgument: {}, byPolicy: {} });

function joined(parts: readonly SettingValues[]): SettingValues {
    return {
        byArgument: Object.assign({}, ...parts.map(({ byArgument }) => byArgument)) as Arguments, // tables joined
        byPolicy: Object.assign({}, ...parts.map(({ byPolicy }) => byPolicy)) as PolicyDefinition,
    };
}

/** A dead-letter routing key as an argument is rejected without a dead-letter exchange as an argument. */
function withoutUnusableKey({ byArgument, byPolicy }: SettingValues): SettingValues {
    const { "x-dead-letter-routing-key": key, ...rest } = byArgument;
    return key === undefined || "x-dead-letter-exchange" in rest
        ? { byArgument, byPolicy }
        : { byArgument: rest, byPolicy };
}

function deadLetters(type: QueueType, named: (node: string) => string): fc.Arbitrary<SettingValues> {
    const exchanges = fc
        .tuple(
            fc.constantFrom(named("dx"), named("dx"), ""),
            fc.constantFrom(named("dy"), named("dx"), named("missing")),
        )
        .chain((pair) => settingValues("dead-letter-exchange", pair));
    const keys = fc
        .tuple(fc.constantFrom("k", ...nodes.map(named)), fc.constantFrom("k", ...nodes.map(named)))
        .chain((pair) => settingValues("dead-letter-routing-key", pair));
    const surely = fc
        .tuple(
            settingValues("dead-letter-strategy", ["at-least-once", "at-most-once"]),
            settingValues("overflow", ["reject-publish", "drop-head"]),
        )
        .map(joined);
    return fc
        .tuple(
            fc.oneof({ arbitrary: exchanges, weight: 5 }, { arbitrary: nothing, weight: 1 }),
            fc.oneof(keys, nothing),
            type === "quorum" ? fc.oneof(surely, nothing) : nothing,
        )
        .map((parts) => withoutUnusableKey(joined(parts)));
}

/** Settings of the first queue that dead-letter its message for this cause, or prevent it. */
function startSettings(cause: DeathCause): fc.Arbitrary<SettingValues> {
    switch (cause) {
        case "rejected":
        case "expired":
            return nothing;
        case "delivery_limit":
            return fc.oneof(
                settingValues("delivery-limit", [0, -1]),
                settingValues("delivery-limit", [0, 50]),
            );
        case "maxlen":
            return fc
                .tuple(
                    settingValues("max-length", [0, 1_000]),
                    fc.oneof(
                        settingValues("overflow", ["drop-head", "reject-publish"]),
                        settingValues("overflow", ["reject-publish-dlx", "drop-head"]),
                        nothing,
                    ),
                )
                .map(joined);
    }
}

function graphNode(
    node: string,
    cause: DeathCause,
    named: (node: string) => string,
): fc.Arbitrary<{ queue: Queue; policy?: Policy }> {
    const types: QueueType[] =
        node === "s" && cause === "delivery_limit" ? ["quorum"] : ["classic", "quorum"];
    return fc.constantFrom(...types).chain((type) => {
        const own =
            node === "s"
                ? startSettings(cause)
                : fc.oneof(settingValues("message-ttl", [soon, never]), nothing);
        return fc.tuple(deadLetters(type, named), own).map((parts) => {
            const { byArgument, byPolicy } = joined(parts);
            const args =
                type === "quorum"
                    ? Object.fromEntries(
                          Object.entries(byArgument).filter(([, value]) => value !== "reject-publish-dlx"),
                      )
                    : byArgument;
            const name = named(node);
            const policy: Policy = {
                vhost: v,
                name,
                pattern: exactPattern(name),
                applyTo: "queues",
                precedence: 0,
                definition: byPolicy,
            };
            return {
                queue: queue(v, name, type, { arguments: args }),
                ...(Object.keys(byPolicy).length > 0 && { policy }),
            };
        });
    });
}

/** A graph whose names have the same prefix, so that many graphs fit into one virtual host. */
function fateGraph(index: number): fc.Arbitrary<FateGraph> {
    const named = (node: string): string => `g${index}.${node}`;
    const cause = fc.constantFrom<DeathCause>("rejected", "expired", "delivery_limit", "maxlen");
    const exchangeType = fc.constantFrom<ExchangeType>("direct", "topic", "fanout", "headers");
    const destination = fc.constantFrom(...nodes.map(named));
    const key = fc.constantFrom("k", ...nodes.map(named), ...nodes.map(named));
    // What a headers exchange can ask of a death; the others do not look at it.
    const wanted = fc.constantFrom<Arguments>(
        {},
        { "x-match": "all-with-x", "x-first-death-queue": named("s") },
        { "x-match": "all-with-x", "x-first-death-exchange": "" },
        { "x-match": "any-with-x", "x-first-death-reason": "rejected", "x-last-death-queue": named("a") },
        { "x-match": "all-with-x", "x-last-death-reason": "expired", "x-last-death-exchange": named("dx") },
    );
    const bindings = fc.array(
        fc
            .tuple(fc.constantFrom(named("dx"), named("dx"), named("dy")), destination, key, wanted)
            .map(([from, to, routingKey, args]) => binding(v, from, to, routingKey, { arguments: args })),
        { minLength: 2, maxLength: 8 },
    );
    return cause.chain((why) =>
        fc
            .record({
                exchanges: fc.tuple(exchangeType, exchangeType),
                internal: fc.boolean(),
                copies: fc.constantFrom([], ["k"]),
                members: fc.tuple(...nodes.map((node) => graphNode(node, why, named))),
                bindings,
            })
            .map(({ exchanges: [dx, dy], internal, copies, members, bindings: some }) => ({
                cause: why,
                start: named("s"),
                copies,
                exchanges: [exchange(v, named("dx"), dx, { internal }), exchange(v, named("dy"), dy)],
                queues: members.map((member) => member.queue),
                policies: members.flatMap(({ policy }) => (policy === undefined ? [] : [policy])),
                bindings: some,
            })),
    );
}

/** Dead-letter graphs of classic and quorum queues, with circles, missing exchanges, and every cause; fewer of them when it shrinks. */
export function fatePlan(graphs: number): fc.Arbitrary<readonly FateGraph[]> {
    const index = fc.nat({ max: 99_999 });
    return fc
        .uniqueArray(index, { minLength: 1, maxLength: graphs, size: "max" })
        .chain((indexes) => fc.tuple(...indexes.map(fateGraph)));
}
