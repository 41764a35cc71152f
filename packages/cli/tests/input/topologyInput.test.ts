import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, consume, declare, publish, service, topic, work } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeBroker, fakeBroker } from "../../../management/tests/fakeBroker.ts";
import { shop, type TopologyRun, topology } from "../topologyRun.ts";

function check(stdin: string | Uint8Array): Promise<TopologyRun> {
    return topology(["check", "--file", "-"], { stdin });
}

describe("an input that cannot be read", () => {
    it.each([
        ["", "standard input: is empty; give a snapshot, or the definitions that a broker exported\n"],
        [
            "<html>",
            "standard input: is an HTML page, not definitions; if it was downloaded, the URL or the login is wrong; download GET /api/definitions with a user and a password\n",
        ],
        [
            '{"queues": [\n  {"name": "a"},',
            "standard input:2:17: ends before it is complete; give a snapshot, or the definitions that a broker exported\n",
        ],
        [
            new Uint8Array([0xff, 0xfe, 0x7b, 0]),
            "standard input: is UTF-16 text, not text in UTF-8; save it as UTF-8\n",
        ],
        [
            '{"vhosts": [],\n "queues": [7, {"name": 1}]}',
            `standard input cannot be read:
- standard input:2:13: queues[0]: is 7; expected an object
- standard input:2:17: queues[1]: "name" is 1; expected a text
- standard input:2:16: queues[1]: "vhost" is missing; expected a text
import: RabbitMQ 4.3 refuses this file for 3 reasons
`,
        ],
    ])("is reported with its location, and nothing is checked: %j", async (text, errors) => {
        const run = await check(text);
        expect({ ...run, errors: run.errors.split("\n").toSorted() }).toEqual({
            exitCode: 2,
            output: "",
            errors: errors.split("\n").toSorted(),
        });
    });

    it("is reported with a limited number of locations", async () => {
        const { errors, exitCode } = await check(JSON.stringify({ vhosts: [], queues: Array(233).fill(7) }));
        expect(exitCode).toBe(2);
        expect(errors.trimEnd().split("\n")).toHaveLength(23);
        expect(errors).toContain("- and 213 more\n");
    });

    it.each([
        [["--file", "missing.json"], 'file "missing.json" does not exist; check the path\n'],
        [
            ["--target", "5.0"],
            '--target "5.0" is unknown; choose from 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 4.0, 4.1, 4.2, 4.3\n',
        ],
        [["--file", "/"], 'file "/" is a folder; name a file in it\n'],
        [["--stack", "dev", "--file", shop], "--stack and --file exclude each other; give one of them\n"],
    ])("is refused: %j", async (args, errors) => {
        expect(await topology(["check", ...args])).toEqual({ exitCode: 2, output: "", errors });
    });

    it.each([[["trace"]], [["check", "--jsn"]], [["explain", "a", "b"]]])(
        "is wrong usage: %j",
        async (args) => {
            const { exitCode, output, errors } = await topology(args);
            expect([exitCode, output]).toEqual([2, ""]);
            expect(errors).toMatch(/^error: /);
        },
    );

    it.each([[["--help"]], [["check", "--help"]], [["trace", "--help"]], [["explain", "--help"]]])(
        "is not needed for help: %j",
        async (args) => {
            const { exitCode, output } = await topology(args);
            expect(exitCode).toBe(0);
            expect(output).toMatch(/^Usage: topology/);
        },
    );
});

describe("a live broker", () => {
    let broker: FakeBroker;
    let answer = { status: 200, body: "" };
    beforeAll(async () => {
        broker = await fakeBroker(() => answer);
    });
    afterAll(() => {
        broker.close();
    });
    const url = (user: string): string => broker.endpoint.replace("//", `//${user}@`);
    const env = { TOPOLOGY_BROKER_PASSWORD: "geheim" };

    it.each([
        ["the password of the environment", env],
        ["the password by its former name", { SPOT_BROKER_PASSWORD: "geheim" }],
        ["the password by its present name", { ...env, SPOT_BROKER_PASSWORD: "former" }],
    ])("returns its definitions, with the user of the URL and %s", async (_, variables) => {
        const earlier = broker.seen.length;
        answer = {
            status: 200,
            body: JSON.stringify({ rabbit_version: "4.3.6", vhosts: [{ name: "/" }], queues: [] }),
        };
        const run = await topology(["check", "--definitions", url("admin%40home")], {
            env: variables,
        });
        expect(run).toEqual({ exitCode: 0, output: "no findings\n", errors: "" });
        expect(broker.seen.slice(earlier).map(({ line, authorization }) => [line, authorization])).toEqual([
            ["GET /api/definitions", `Basic ${Buffer.from("admin@home:geheim").toString("base64")}`],
        ]);
    });

    it("is not queried with a password in the URL, without a user or without a password; no message shows a password", async () => {
        const runs = [
            await topology(["check", "--definitions", url("admin:topsecret")], { env }),
            await topology(["check", "--definitions", broker.endpoint], { env }),
            await topology(["check", "--definitions", url("admin")]),
        ];
        expect(runs.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
        expect(
            runs
                .map(({ errors }) => errors.replaceAll(broker.endpoint, "URL"))
                .map((each) => each.slice(0, 60)),
        ).toEqual([
            'broker "URL": the URL contains a password, which other users',
            'broker "URL": the URL names no user; write http://user@127.0',
            'broker "URL": the password is missing; put the password of u',
        ]);
        expect(runs.map(({ errors }) => errors).join("")).not.toMatch(/topsecret|geheim/);
    });

    it("that refuses the request, or is not RabbitMQ, cannot be read", async () => {
        answer = { status: 401, body: '{"error":"not_authorised","reason":"Login failed"}' };
        const refused = await topology(["check", "--definitions", url("admin")], { env });
        expect([refused.exitCode, refused.errors]).toEqual([
            2,
            `broker "${broker.endpoint}" refused GET /api/definitions with 401 (Login failed); check the username and the password\n`,
        ]);
        answer = { status: 200, body: "<html>" };
        const page = await topology(["check", "--definitions", url("admin")], { env });
        expect([page.exitCode, page.output]).toEqual([2, ""]);
        answer = { status: 200, body: '{"hello": 1}' };
        const otherServer = await topology(["check", "--definitions", url("admin")], { env });
        expect([otherServer.exitCode, otherServer.output]).toEqual([2, ""]);
    });

    it("that is not there ends with 3", async () => {
        const run = await topology(["check", "--definitions", "http://admin@127.0.0.1:1"], { env });
        expect(run.exitCode).toBe(3);
        expect(run.errors).toMatch(/^broker "http:\/\/127\.0\.0\.1:1" cannot be reached/);
    });
});

describe("two virtual hosts with one queue", () => {
    it("need a choice", async () => {
        const folder = await mkdtemp(join(tmpdir(), "topology-input-"));
        const file = join(folder, "two.json");
        const queue = { name: "q", durable: true, arguments: { "x-queue-type": "quorum" } };
        await writeFile(
            file,
            JSON.stringify({
                rabbit_version: "4.3.1",
                vhosts: [{ name: "a" }, { name: "b" }],
                queues: ["a", "b"].map((vhost) => ({ ...queue, vhost })),
            }),
        );
        const undecided = await topology(["explain", "q", "--file", file]);
        expect(undecided).toEqual({
            exitCode: 2,
            output: "",
            errors: 'queue "q" exists in several virtual hosts; choose with --vhost one of "a", "b"\n',
        });
        const decided = await topology(["explain", "q", "--file", file, "--vhost", "b"]);
        expect(decided.output).toContain('queue "q" in vhost "b"');
        await rm(folder, { recursive: true });
    });
});

describe("one virtual host of several", () => {
    it("is checked without the services and users of the others", async () => {
        const both = ["shop", "billing"].map((vhost) =>
            declare({
                vhost,
                exchanges: [topic("events")],
                queues: [work(`${vhost}.jobs`, { from: "events", key: "job" })],
                services: [
                    service(`${vhost}-clerk`, {
                        publishes: [publish("job", { to: "events", key: "job" })],
                        consumes: [consume(`${vhost}.jobs`)],
                        inspects: [`${vhost}.jobs.dlq`],
                    }),
                ],
            }),
        );
        const snapshot = writeSnapshot(compile(both, "4.3"), "dev");
        const json = async (...more: readonly string[]): Promise<readonly { readonly place: string }[]> => {
            const { output } = await topology(["check", "--file", "-", "--json", ...more], {
                stdin: snapshot,
            });
            return (JSON.parse(output) as { findings: { place: string }[] }).findings; // as --help says
        };
        const places = (await json("--vhost", "shop")).map(({ place }) => place);
        const expected = (await json())
            .map(({ place }) => place)
            .filter((place) => !place.includes("billing"));
        expect(expected.length).toBeGreaterThan(0);
        expect(places).toEqual(expected);
    });
});
