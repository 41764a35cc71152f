import type { Arguments } from "../../../src/model/index.ts";
import {
    addParameter,
    addPolicy,
    addQueue,
    all,
    bind,
    type Edit,
    editPolicy,
    removeExchange,
    removeParameter,
    removeQueue,
} from "../edits.ts";
import { mutationsOf } from "./mutation.ts";

/** A shovel from queue "orders" to queue "copies", otherwise. */
function shovel(name: string, value: Arguments): Edit {
    return addParameter("shovel", name, {
        "src-uri": "amqp:///shop",
        "src-queue": "orders",
        "dest-uri": "amqp:///shop",
        "dest-queue": "copies",
        ...value,
    });
}

function without(...keys: readonly string[]): Arguments {
    return Object.fromEntries(keys.map((key) => [key, null]));
}

export const linkMutations = mutationsOf(
    ["linked"],
    [
        ["danglingReference", "a source exchange that is missing", removeExchange("outbound")],
        ["danglingReference", "a destination exchange that is missing", removeExchange("inbound")],
        ["danglingReference", "an upstream of a policy that is missing", removeParameter("north")],
        ["danglingReference", "an upstream of a set that is missing", removeParameter("south")],
        ["danglingReference", "a set that is missing", removeParameter("both")],
        [
            "danglingReference",
            "a predeclared queue that is missing",
            shovel("second", { "src-queue": "order", "src-predeclared": true }),
        ],
        [
            "danglingReference",
            "a virtual host in a URI that is missing",
            shovel("second", { "dest-uri": "amqp://localhost/shopp" }),
        ],
        ["undeclaredShovelQueue", "a source queue that is missing", removeQueue("orders")],
        ["undeclaredShovelQueue", "a destination queue that is missing", removeQueue("copies")],
        [
            "undeclaredShovelQueue",
            "a misspelt queue of a type",
            shovel("second", { "dest-queue": "copes", "dest-queue-args": { "x-queue-type": "quorum" } }),
        ],
        [
            "undeclaredShovelQueue",
            "a misspelt queue in an address",
            shovel("second", {
                ...without("src-queue"),
                "src-protocol": "amqp10",
                "src-uri": "amqp://127.0.0.1?hostname=vhost:shop",
                "src-address": "/queues/ordres",
            }),
        ],
        [
            "implicitShovelVhost",
            "a source URI without a virtual host",
            shovel("second", { "src-uri": "amqp://" }),
        ],
        [
            "implicitShovelVhost",
            "a destination URI without a virtual host",
            shovel("second", { "dest-uri": ["amqp://localhost:5672"] }),
        ],
        ["lossyShovel", "no acknowledgements", shovel("second", { "ack-mode": "no-ack" })],
        ["shovelWithoutReconnect", "no delay", shovel("second", { "reconnect-delay": 0 })],
        ["shovelWithoutReconnect", "a fraction of a second", shovel("second", { "reconnect-delay": 0.5 })],
        ["selfDeletingShovel", "a number of messages", shovel("second", { "src-delete-after": 10 })],
        [
            "selfDeletingShovel",
            "the length of the queue",
            shovel("second", { "delete-after": "queue-length" }),
        ],
        ["shovelCycle", "a shovel to its own source", shovel("second", { "dest-queue": "orders" })],
        [
            "shovelCycle",
            "two shovels",
            all(shovel("second", {}), shovel("back", { "src-queue": "copies", "dest-queue": "orders" })),
        ],
        [
            "shovelCycle",
            "an exchange that routes back",
            all(
                bind("events", "copies", "again"),
                shovel("second", {
                    ...without("dest-queue"),
                    "src-queue": "copies",
                    "dest-exchange": "events",
                    "dest-exchange-key": "again",
                }),
            ),
        ],
        [
            "shovelCycle",
            "an exchange that the next one reads",
            all(
                shovel("second", {
                    ...without("dest-queue"),
                    "dest-exchange": "outbound",
                    "dest-exchange-key": "x",
                }),
                shovel("back", {
                    ...without("src-queue"),
                    "src-exchange": "outbound",
                    "dest-queue": "orders",
                }),
            ),
        ],
        [
            "unusedUpstream",
            "an upstream without a policy",
            addParameter("federation-upstream", "idle", { uri: "amqp://idle.example.com" }),
        ],
        [
            "unusedUpstream",
            "a set without a policy",
            editPolicy("copies", { definition: { "federation-upstream": "south" } }),
        ],
        [
            "unusedPolicy",
            "a policy for an upstream that matches nothing",
            addPolicy("later", {
                pattern: "^later$",
                applyTo: "exchanges",
                definition: { "federation-upstream": "north" },
            }),
        ],
        ["unboundExchange", "an exchange whose shovel is missing", removeParameter("copy")],
        [
            "unusedPolicy",
            "a policy for a queue that is missing",
            all(removeQueue("copies"), addQueue("copied")),
        ],
    ],
);
