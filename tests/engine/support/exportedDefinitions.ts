import {
    binding,
    commands,
    compile,
    declare,
    direct,
    fanout,
    headers,
    parking,
    plain,
    requests,
    topic,
    transient,
    withObjects,
    work,
} from "@spot-messaging/topology";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";

const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

/** A virtual host with queues of every purpose and queues of others, more than 200 objects in all. */
const shop = declare({
    vhost: "shop",
    exchanges: [
        topic("events"),
        direct("jobs"),
        fanout("all"),
        headers("kinds", { durable: false, autoDelete: true }),
    ],
    queues: [
        work("orders", { from: "events", keys: ["order.#", "a b/c~*"], retry: { attempts: 3 } }),
        requests("prices", { from: "jobs", key: "price" }),
        commands("control", { from: "all" }),
        transient("live"),
        parking("unrouted", { from: "all" }),
        ...numbers.map((number) =>
            plain(`worker.${number}`, {
                type: number % 3 === 0 ? "quorum" : "classic",
                from: [
                    { exchange: "jobs", key: `worker ${number}` },
                    { exchange: "events", keys: [`#.${number}`, `*.worker.${number}`] },
                    { exchange: "kinds", arguments: { "x-match": "all", number, late: false } },
                ],
                ...(number % 2 === 0 && {
                    arguments: { "x-message-ttl": 60_000 * number, "x-dead-letter-exchange": "all" },
                }),
            }),
        ),
    ],
    bindings: [{ from: "events", to: { exchange: "all" }, key: "copy.*" }],
});

const compiled = withObjects(compile(shop, "4.3"), {
    vhosts: [{ name: "shop", limits: { maxQueues: 500 } }, { name: "/" }],
    bindings: [binding("shop", "amq.topic", "live", "")],
    policies: [
        {
            vhost: "shop",
            name: "limits of workers",
            pattern: "^worker\\.",
            applyTo: "queues",
            precedence: 1,
            definition: { "max-length": 1_000, overflow: "reject-publish" },
        },
    ],
    users: numbers.map((number) => ({ name: `worker-${number}`, tags: [] })),
    permissions: numbers.map((number) => ({
        user: `worker-${number}`,
        vhost: "shop",
        configure: "",
        write: "^all$",
        read: `^worker\\.${number}$`,
    })),
    topicPermissions: numbers.slice(0, 5).map((number) => ({
        user: `worker-${number}`,
        vhost: "shop",
        exchange: "events",
        write: `^a\\.${number}$`,
        read: "",
    })),
});

const { users, ...others } = toDefinitions(compiled);

/** What `POST /api/definitions` reads. Users without a password cannot log in. */
export const exportedDefinitions = {
    ...others,
    users: users.map((each) => ({ ...each, password_hash: "" })),
};
