import fc from "fast-check";
import type { DeclarationInput } from "../../src/declare/declarationInput.ts";
import type { ExchangeInput } from "../../src/declare/exchanges.ts";
import type { QueueInput, SourceInput } from "../../src/declare/queueInput.ts";
import { bytes, duration } from "../../src/model/index.ts";

const optional = { requiredKeys: [] };
const key = fc.constantFrom("a", "a.b", "*.b", "#");
const args = fc.dictionary(
    fc.constantFrom("x-match", "kind", "x-max-priority"),
    fc.oneof(fc.nat(9), fc.boolean(), fc.constantFrom("any", "order"), fc.constant([1, { deep: null }])),
);
const span = fc.constantFrom("1 second" as const, "2 minutes" as const, duration("3 hours"));
const bound = fc.record(
    { messages: fc.integer({ min: 1, max: 9_999 }), size: fc.constantFrom("1 MiB" as const, bytes("2 GiB")) },
    optional,
);
const retry = fc.record(
    {
        attempts: fc.integer({ min: 1, max: 4 }),
        delay: fc.constantFrom("1 second" as const, duration("2 seconds")),
        delayLimit: fc.constantFrom("1 minute" as const, duration("2 minutes")),
    },
    optional,
);
const consumed = { bound, retain: fc.boolean(), singleActiveConsumer: fc.boolean() } as const;

const names = ["one", "two", "three", "one.dead"] as const;
const exchangeNames = ["events", "audit", "all"] as const;

/** Bindings in full, each to another exchange or with another key. */
const sources: fc.Arbitrary<readonly SourceInput[]> = fc.uniqueArray(
    fc.record({ exchange: fc.constantFrom(...exchangeNames), key, arguments: args }),
    { selector: ({ exchange, key: each }) => `${exchange} ${each}`, maxLength: 3 },
);

function queueInput(name: string): fc.Arbitrary<QueueInput> {
    const of = <P extends QueueInput["purpose"], T extends object>(
        purpose: P,
        options: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
    ) =>
        fc
            .tuple(fc.option(sources, { nil: undefined }), fc.record(options, optional))
            .map(([from, rest]) => ({
                purpose,
                name,
                ...(from !== undefined && { from }),
                ...rest,
            }));
    return fc.oneof(
        of("work", {
            ...consumed,
            critical: fc.boolean(),
            retry,
            deadline: fc.oneof(span, fc.constant("never")),
            jobLimit: span,
        }),
        of("transient", { ...consumed, ttl: span }),
        of("requests", { ...consumed, timeout: span, jobLimit: span }),
        of("commands", { bound, retain: fc.boolean(), retention: span }),
        of("parking", { bound, retain: fc.boolean() }),
        of("plain", { durable: fc.boolean(), autoDelete: fc.boolean(), arguments: args, settings: args }).map(
            (each) => ({ ...each, type: "quorum" }),
        ),
    ) as fc.Arbitrary<QueueInput>; // fast-check's records lose which options are required
}

const types = ["topic", "headers", "fanout"] as const;
const exchanges = fc
    .tuple(
        ...exchangeNames.map((name, index) =>
            fc
                .record(
                    {
                        alternate: fc.constant("all"),
                        durable: fc.boolean(),
                        internal: fc.boolean(),
                        arguments: args,
                    },
                    optional,
                )
                .map((options): ExchangeInput => ({ name, type: types[index] ?? "fanout", ...options })),
        ),
    )
    .map((each): readonly ExchangeInput[] => each);

/** Any valid virtual host of the name; every one draws from the same names of exchanges, queues and services. */
export function anyInput(vhost: string): fc.Arbitrary<DeclarationInput> {
    return fc.subarray([...names]).chain((chosen) =>
        fc.record({
            vhost: fc.constant(vhost),
            exchanges,
            queues: fc.tuple(...chosen.map(queueInput)).map((each): readonly QueueInput[] => each),
            services: fc.constant([
                {
                    name: "worker",
                    publishes: [{ message: "m", to: "events", key: "a" }],
                    consumes: chosen.map((queue) => ({ queue })),
                },
                { name: vhost, tags: ["monitoring" as const] },
            ]),
            bindings: fc.constantFrom([], [{ from: "events", to: { exchange: "audit" }, key: "#" }]),
            defaults: fc.record({ ...consumed, retry, jobLimit: span }, optional),
        }),
    );
}
