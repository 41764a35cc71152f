import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { topology } from "./topologyRun.ts";

const folder = mkdtempSync(join(tmpdir(), "topology-"));
afterAll(() => {
    rmSync(folder, { recursive: true });
});

const secret = "Zq8vT2kL0xw7Y";
const uri = `amqp://mover:${secret}@remote:5672/%2F`;

const rest = {
    rabbit_version: "4.3.6",
    vhosts: [{ name: "/" }],
    exchanges: [
        { vhost: "/", name: "events", type: "topic", durable: true, auto_delete: false, arguments: {} },
    ],
    queues: [
        {
            vhost: "/",
            name: "jobs",
            durable: true,
            auto_delete: false,
            arguments: { "x-queue-type": "quorum" },
        },
    ],
    bindings: [
        {
            vhost: "/",
            source: "events",
            destination: "jobs",
            destination_type: "queue",
            routing_key: "#",
            arguments: {},
        },
    ],
};

function shovel(value: unknown): object {
    return { parameters: [{ component: "shovel", vhost: "/", name: "push", value }] };
}

/** Every place where a file may have a password, also in a form that cannot be read. */
const places: readonly (readonly [string, string])[] = [
    ["a password", lists({ users: [{ name: "web", tags: [], password: secret }] })],
    [
        "two passwords",
        lists({ users: [{ name: "web", tags: [], password: secret, password_hash: btoa(secret) }] }),
    ],
    [
        "a hash that is not Base64",
        lists({ users: [{ name: "web", tags: [], password_hash: `(${secret})` }] }),
    ],
    [
        "a hash of a wrong length",
        lists({ users: [{ name: "web", tags: [], password_hash: secret.slice(0, 12) }] }),
    ],
    ["a password in a list", lists({ users: [{ name: "web", tags: [], password: [secret] }] })],
    [
        "a password in a table of limits",
        lists({ users: [{ name: "web", tags: [], limits: { password: secret } }] }),
    ],
    ["a URI of a shovel", lists(shovel({ "src-uri": uri, "dest-uri": [uri], "src-queue": "jobs" }))],
    ["a URI that is not one", lists(shovel({ "src-uri": `${uri}:x`, "dest-uri": 5, "src-queue": "jobs" }))],
    ["a parameter that is a text", lists(shovel(uri))],
    ["a parameter whose value is a list", lists(shovel([{ "src-uri": uri }]))],
    [
        "an upstream",
        lists({ parameters: [{ component: "federation-upstream", vhost: "/", name: "up", value: { uri } }] }),
    ],
    [
        "a parameter of another component",
        lists({ parameters: [{ component: "own", vhost: "/", name: "up", value: { password: secret } }] }),
    ],
    ["a global parameter", lists({ global_parameters: [{ name: "own", value: uri }] })],
    [
        "a definition of a policy",
        lists({
            policies: [
                {
                    vhost: "/",
                    name: "p",
                    pattern: "",
                    "apply-to": "queues",
                    definition: { password: secret },
                },
            ],
        }),
    ],
    ["a field that brokers do not know", lists({ token: secret, secrets: { password: secret } })],
    ["a user that is a URI", lists({ users: [uri] })],
    ["a virtual host that is a table", lists({ vhosts: [{ name: { password: secret } }] })],
    ["a text without quotes", `{"users": [{"name": "web", "password": ${secret}}]}`],
    ["a text in single quotes", `{"users": [{"name": "web", "password": '${secret}'}]}`],
    ["a text that is not closed", `{"users": [{"name": "web", "password": "${secret}\n}]}`],
    ["a file that ends early", `{"users": [{"name": "web", "password": "${secret}"`],
    [
        "YAML",
        `rabbit_version: 4.3.6\nvhosts: [{name: /}]\nusers:\n  - {name: web, tags: [], password: ${secret}}\n`,
    ],
    ["YAML with an error", `users:\n  - name: web\n    password: "${secret}\n  - name: x\n`],
    ["YAML with an unknown alias", `users:\n  - name: web\n    password: *${secret}\n`],
    ["a Secret without definitions", `apiVersion: v1\nkind: Secret\nstringData:\n  password: ${secret}\n`],
    ["an error answer", JSON.stringify({ error: "bad_request", reason: `cannot connect to ${uri}` })],
];

function lists(each: object): string {
    return JSON.stringify({ ...rest, ...each });
}

const commands: readonly (readonly [string, (file: string, other: string) => readonly string[]])[] = [
    ["check", (file) => ["check", "--definitions", file]],
    ["check --json", (file) => ["check", "--json", "--definitions", file]],
    ["check --github", (file) => ["check", "--github", "--definitions", file]],
    ["check --sarif -", (file) => ["check", "--sarif", "-", "--definitions", file]],
    ["trace", (file) => ["trace", "--exchange", "events", "--key", "a", "--definitions", file]],
    [
        "trace --json",
        (file) => ["trace", "--json", "--exchange", "events", "--key", "a", "--definitions", file],
    ],
    ["explain", (file) => ["explain", "jobs", "--definitions", file]],
    ["explain --json", (file) => ["explain", "jobs", "--json", "--definitions", file]],
    ["list users", (file) => ["list", "users", "-o", "json", "--definitions", file]],
    ["list policies", (file) => ["list", "policies", "-o", "yaml", "--definitions", file]],
    ["review as the base", (file, other) => ["review", "--base", file, "--head", other]],
    ["review as the head", (file, other) => ["review", "--base", other, "--head", file, "--markdown"]],
    ["review as JSON", (file, other) => ["review", "--base", other, "--head", file, "--json"]],
];

const other = join(folder, "other.json");
writeFileSync(other, JSON.stringify({ ...rest, queues: [] }));

describe.each(places)("a password in %s", (place, text) => {
    it.each(commands)("is not printed by topology %s", async (_, argsOf) => {
        const file = join(folder, `${places.findIndex(([each]) => each === place)}.definitions`);
        writeFileSync(file, text);
        const { output, errors } = await topology(argsOf(file, other));
        expect(`${output}${errors}`).not.toBe("");
        expect(`${output}${errors}`.match(new RegExp(`.{0,60}${secret.slice(0, 8)}.{0,20}`))).toBeNull();
    });
});
