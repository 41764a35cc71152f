import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct, topic } from "../../src/declare/exchanges.ts";
import type { PlainInput } from "../../src/declare/queueInput.ts";
import { plain } from "../../src/declare/queues.ts";
import { consume, publish, service } from "../../src/declare/services.ts";
import { type DurationText, duration } from "../../src/model/index.ts";

type Type = PlainInput["type"];

/** A queue whose messages expire, and that may have priorities. */
function expiring(name: string, type: Type, ttl: DurationText, priorities?: number): PlainInput {
    const priority = priorities === undefined ? {} : { "x-max-priority": priorities };
    return plain(name, { type, arguments: { "x-message-ttl": duration(ttl), ...priority } });
}

const field = declare({
    vhost: "/field",
    exchanges: [direct("field.direct"), topic("field.topic")],
    queues: [
        { ...expiring("field.push", "quorum", "5 minutes", 10), from: "field.direct", key: "push.sent" },
        { ...expiring("field.chat", "quorum", "10 minutes", 5), from: "field.topic", key: "field.chat.*" },
        expiring("field.text", "quorum", "5 minutes", 8),
        expiring("field.mail", "classic", "30 minutes", 3),
        expiring("field.actions", "stream", "1 day"),
    ],
    services: [
        service("field", {
            publishes: [publish("push", { to: "field.direct", key: "push.sent" })],
            consumes: ["push", "chat", "text"].map((name) => consume(`field.${name}`)),
        }),
    ],
});

const lab = declare({
    vhost: "/lab",
    exchanges: [topic("lab.topic")],
    queues: [
        { ...expiring("lab.words", "quorum", "2 minutes", 10), from: "lab.topic", key: "lab.words.*" },
        expiring("lab.forecasts", "quorum", "5 minutes", 7),
    ],
});

const accounts = declare({
    vhost: "/",
    exchanges: [topic("accounts")],
    queues: [
        expiring("accounts.bills", "classic", "30 days"),
        expiring("accounts.hooks", "quorum", "1 hour", 5),
    ],
});

/** Three virtual hosts of one broker. */
export const areas = compile([field, lab, accounts], "4.0");
