import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { topic } from "../../src/declare/exchanges.ts";
import { plain } from "../../src/declare/queues.ts";

const steps = [
    ...["received", "checked", "stored", "copied", "confirmed", "rekeyed"],
    ...["validation.jobs", "validation.steps", "misfits"],
    ...["partner.batch", "partner.set", "exports", "exports.log"],
];

/** An archive: one queue for each step, streams that keep a month, and an alternate exchange. */
export const archive = compile(
    declare({
        vhost: "archive",
        exchanges: [topic("records", { alternate: "records.dead" }), topic("records.dead")],
        queues: [
            ...steps.map((name) => plain(name, { type: "classic", from: "records", key: name })),
            ...["done", "errors", "links"].map((key) =>
                plain(`${key}.log`, {
                    type: "stream",
                    from: "records",
                    key,
                    arguments: { "x-max-age": "1M" },
                }),
            ),
            plain("links", { type: "classic" }),
            plain("all.dead", { type: "classic", from: "records.dead", key: "#" }),
        ],
    }),
    "4.0",
);
