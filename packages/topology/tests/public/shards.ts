import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { fanout, headers } from "../../src/declare/exchanges.ts";
import { plain } from "../../src/declare/queues.ts";

const type = "classic";

const jobs = declare({
    vhost: "/jobs",
    exchanges: [
        fanout("calls"),
        { name: "calls.shards", type: "x-consistent-hash", arguments: { "hash-header": "shard_key" } },
    ],
    queues: [0, 1, 2].map((shard) => plain(`calls.${shard}`, { type, from: "calls.shards", key: "200" })),
    bindings: [{ from: "calls", to: { exchange: "calls.shards" } }],
});

const labels = declare({
    vhost: "labels",
    exchanges: [fanout("copies"), headers("marked"), headers("ends"), headers("colours")],
    queues: [
        plain("label.1", { type, from: "copies" }),
        plain("label.2", {
            type,
            from: [{ exchange: "marked", arguments: { "x-match": "any", key1: "A", key2: "B" } }],
        }),
        plain("label.3", { type, from: "ends", key: "#.c" }),
        plain("label.4", { type, from: "colours", key: "blue" }),
    ],
});

/** Exchanges bound to exchanges, one of a plugin's type, and bindings with arguments. */
export const shards = compile([jobs, labels], "4.0");
