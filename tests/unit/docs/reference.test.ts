import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Topology } from "@spot-messaging/topology";
import { compile, declare, publish, queue, service, topic, work } from "@spot-messaging/topology";
import { planMigration, positionOf, stepsToStage } from "@spot-messaging/topology/migrate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindNames } from "../../../packages/cli/src/list/kindNames.ts";
import { migrationJson } from "../../../packages/cli/src/render/migration.ts";
import { driftBroker } from "../../../packages/cli/tests/driftBroker.ts";
import { type ReviewProject, reviewProject } from "../../../packages/cli/tests/review/reviewProject.ts";
import { casePath, sampleProgram, shop, topology } from "../../../packages/cli/tests/topologyRun.ts";
import { type FakeBroker, fakeBroker } from "../../../packages/management/tests/fakeBroker.ts";
import { emptyTopology } from "../../../packages/topology/src/model/emptyTopology.ts";
import { projectRoot } from "../../../src/cli/project.ts";
import { readStatus, type Status } from "../../../src/cli/status.ts";
import type { FakeHost } from "../../support/fakeCodeHost.ts";
import { bot, fakeGitHub, pull } from "../../support/fakeGitHub.ts";
import { sampleTopology } from "../../support/sampleTopology.ts";
import { backupOutputs } from "./backupOutputs.ts";
import { messageOutputs } from "./messageOutputs.ts";

function page(name: string): string {
    return readFileSync(join(projectRoot, "docs/reference", name), "utf8");
}

/** The texts in backticks. */
function codes(text: string): readonly string[] {
    return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The rows of a page's tables, as their cells. */
function rowsOf(text: string): readonly (readonly string[])[] {
    return text
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) =>
            line
                .split(/(?<!\\)\|/)
                .slice(1, -1)
                .map((cell) => cell.trim()),
        );
}

async function helpOf(...command: readonly string[]): Promise<string> {
    return (await topology([...command, "--help"])).output;
}

/** The commands of `topology` but `help`. */
async function commandNames(): Promise<readonly string[]> {
    const [, list = ""] = /\nCommands:\n([^]*?)\n\n/.exec(await helpOf()) ?? [];
    return [...list.matchAll(/^ {2}([a-z]+)\b/gm)]
        .map(([, name = ""]) => name)
        .filter((name) => name !== "help");
}

describe("docs/reference/exit-codes.md", () => {
    it("describes exit code 1 of every command", async () => {
        const named = rowsOf(page("exit-codes.md"))
            .flatMap(([command = ""]) => codes(command))
            .flatMap((code) => /^topology ([a-z]+)/.exec(code)?.[1] ?? []);
        expect([...new Set(named)].sort()).toEqual([...(await commandNames())].sort());
    });
});

/** The fields of each object that a section of the page lists; "" is the whole document. */
type Fields = ReadonlyMap<string, ReadonlySet<string>>;

const sections: ReadonlyMap<string, Fields> = new Map(
    page("json-formats.md")
        .split(/^## /m)
        .slice(1)
        .map((section) => [
            section.split("\n", 1)[0] ?? "",
            new Map(
                rowsOf(section)
                    .filter(([object = ""]) => object === "document" || object.startsWith("`"))
                    .flatMap(([object = "", fields = ""]) =>
                        (object === "document" ? [""] : codes(object)).map(
                            (path) => [path, new Set(codes(fields))] as const,
                        ),
                    ),
            ),
        ]),
);

/** The objects of a value by their paths, such as `queues[]`, as far as the page describes them. */
function objectsAt(value: unknown, path: string): readonly (readonly [string, object])[] {
    if (Array.isArray(value)) {
        return value.flatMap((each) => objectsAt(each, `${path}[]`));
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const inner = Object.entries(value).flatMap(([key, each]) =>
        objectsAt(each, path === "" ? key : `${path}.${key}`),
    );
    return [[path, value], ...inner];
}

/** What the page says that no output has, and what outputs have that the page does not say, in the objects that it describes. */
function differences(fields: Fields, outputs: readonly unknown[]): readonly string[] {
    const found = new Map<string, Set<string>>();
    for (const [path, object] of outputs.flatMap((output) => objectsAt(output, ""))) {
        const keys = found.get(path) ?? new Set();
        for (const key of Object.keys(object)) {
            keys.add(key);
        }
        found.set(path, keys);
    }
    return [...fields].flatMap(([path, documented]) => {
        const seen = found.get(path) ?? new Set();
        return [
            ...[...documented]
                .filter((key) => !seen.has(key))
                .map((key) => `${path}: no output has "${key}"`),
            ...[...seen]
                .filter((key) => !documented.has(key))
                .map((key) => `${path}: the page lacks "${key}"`),
        ];
    });
}

const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };
const sample = sampleTopology("4.3");

async function json(
    args: readonly string[],
    settings: Parameters<typeof topology>[1] = {},
): Promise<unknown> {
    const { output, errors } = await topology(args, { env, ...settings });
    expect(errors).toBe("");
    return JSON.parse(output) as unknown; // JSON.parse answers any
}

/** Definitions of a broker that refuses one of their settings, which a later version takes. */
const late = JSON.stringify({
    rabbit_version: "4.0.5",
    vhosts: [{ name: "shop" }],
    policies: [
        {
            vhost: "shop",
            name: "late",
            pattern: ".*",
            "apply-to": "queues",
            priority: 0,
            definition: { "delayed-retry-min": 1000 },
        },
    ],
});

/** The topology of a shop; a change of the key loses a route, and without `hasBills` a queue is deleted. */
function shopWith(key: string, hasBills: boolean): Topology {
    const exchanges = [topic("shop.events")];
    const queues = [
        work("orders", { from: "shop.events", key }),
        ...(hasBills ? [work("bills", { from: "shop.events", key: "bill" })] : []),
    ];
    const services = [
        service("till", { publishes: [publish("order", { to: "shop.events", key: "order.new" })] }),
    ];
    return compile(declare({ vhost: "shop", exchanges, queues, services }), "4.3");
}

describe("docs/reference/json-formats.md", () => {
    let broker: FakeBroker;
    let host: FakeHost;
    let project: ReviewProject;
    let headSha: string;
    beforeAll(async () => {
        broker = await fakeBroker(({ line }) => {
            if (line.startsWith("GET /api/overview")) {
                return {
                    body: JSON.stringify({
                        rabbitmq_version: "4.3.6",
                        erlang_version: "28",
                        cluster_name: "c",
                        node: "a@one",
                    }),
                };
            }
            if (line.startsWith("GET /api/nodes")) {
                return { body: JSON.stringify([{ name: "a@one", running: true }]) };
            }
            const samples = Array.from({ length: 60 }, (_, index) => ({
                sample: 3,
                timestamp: 1_795_508_600_000 - index * 60_000,
            }));
            const items = ["result-processor", "stray"].map((name) => ({
                vhost: "spot",
                name,
                state: "running",
                messages_ready: 3,
                messages_unacknowledged: 0,
                consumers: 1,
                messages_ready_details: { samples },
            }));
            return { body: JSON.stringify(line.includes("page=") ? { page_count: 1, items } : items) };
        });
        project = reviewProject();
        project.snapshot("dev", shopWith("order.*", true));
        const baseSha = project.commit();
        project.snapshot("dev", shopWith("orders.*", false));
        // A commit of the working tree, which stays as it is.
        headSha = project.git("stash", "create");
        host = await fakeGitHub({ pulls: [{ ...pull, headSha, baseSha }] });
    });
    afterAll(() => {
        broker.close();
        host.close();
        project.remove();
    });

    const brokerUrl = (): string => broker.endpoint.replace("http://", "http://guest@");
    const program = ["--config", sampleProgram];
    const outputs: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
        check: async () => [
            await json(["check", "--definitions", shop, "--json"]),
            // A setting that the broker does not have yet.
            await json(["check", "--definitions", "-", "--json", "--target", "4.3"], { stdin: late }),
        ],
        trace: async () => [
            await json([
                "trace",
                "--definitions",
                shop,
                "--exchange",
                "orders",
                "--key",
                "order.new",
                "--expect",
                "orders",
                "--json",
            ]),
            await json([
                "trace",
                "--definitions",
                casePath("pluginExchanges"),
                "--exchange",
                "orders",
                "--key",
                "order.new",
                "--json",
            ]),
            await json([
                "trace",
                "--definitions",
                casePath("shovels"),
                "--exchange",
                "outbound",
                "--key",
                "order.new",
                "--json",
            ]),
            await json([
                "trace",
                "--definitions",
                casePath("federation"),
                "--exchange",
                "events",
                "--key",
                "x",
                "--json",
            ]),
        ],
        explain: async () => [
            await json(["explain", "orders", "--definitions", shop, "--json"]),
            await json(["explain", "orders", "--definitions", casePath("shovels"), "--json"]),
            await json(["explain", "copies", "--definitions", casePath("shovels"), "--json"]),
            await json(["explain", "--exchange", "orders", "--definitions", shop, "--json"]),
            await json(["explain", "result-processor", ...program, "--json"]),
        ],
        "explain --user": async () => [
            await json(["explain", "--user", "warehouse", "--definitions", casePath("users"), "--json"]),
            await json(["explain", "--user", "checkout", "--definitions", casePath("users"), "--json"]),
            await json(["explain", "--user", "notifier", ...program, "--json"]),
        ],
        list: async () => [
            await json(["list", ...program, "-o", "json"]),
            ...(await Promise.all(kindNames.map((kind) => json(["list", kind, ...program, "-o", "json"])))),
            await json(["list", "queues", ...program, "-o", "json", "--broker", brokerUrl()]),
            await json(["list", "shovels", "--definitions", casePath("shovels"), "-o", "json"]),
            await json(["list", "upstreams", "--definitions", casePath("federation"), "-o", "json"]),
            await json(["list", "parameters", "--definitions", casePath("federation"), "-o", "json"]),
        ],
        review: async () => [await json(["review", "--base", "main", "--json"])],
        "review --record": async () => {
            const event = join(project.folder, ".git", "event.json");
            const file = join(project.folder, ".git", "record.json");
            writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: headSha } } }));
            await topology(
                ["review", "--base", "main", "--head", headSha, "--record", file, "--findings", "-"],
                { env: { GITHUB_REPOSITORY: "acme/shop", GITHUB_EVENT_PATH: event }, stdin: "is stale" },
            );
            return [JSON.parse(readFileSync(file, "utf8")) as unknown];
        },
        drift: async () => {
            const live = await driftBroker(() => ({
                topology: { ...sample, queues: sample.queues.slice(1) },
                tags: ["administrator"],
                answers: { "deprecated-features/used": { body: JSON.stringify([{ name: "global_qos" }]) } },
            }));
            const url = live.endpoint.replace("//", "//admin@");
            const output = await json(["drift", ...program, "--broker", url, "--json"]);
            live.close();
            return [output];
        },
        top: async () => [await json(["top", ...program, "--broker", brokerUrl(), "--json"])],
        ...messageOutputs,
        ...backupOutputs,
        comment: async () => {
            const settings = {
                stdin: "dev: 1 REPLACE\n",
                env: { GITHUB_API_URL: host.endpoint, GITHUB_TOKEN: "canary-token" },
            };
            const args = ["comment", "--repo", "acme/shop", "--author", bot, "--project", "shop", "--json"];
            return [
                await json([...args, "--pull", "7", "--review"], settings),
                await json([...args, "--pull", "7", "--file", "-", "--allow-forbidden"], {
                    ...settings,
                    env: { GITHUB_API_URL: host.endpoint },
                }),
            ];
        },
        migrate: () => {
            const [before, after] = (["classic", "quorum"] as const).map((type) => ({
                ...emptyTopology("4.3"),
                vhosts: [{ name: "shop" }],
                queues: [queue("shop", "orders", type)],
            }));
            if (before === undefined || after === undefined) {
                throw new Error("the topologies are missing");
            }
            const plan = planMigration(before, after);
            const result = {
                position: positionOf(plan, before),
                next: stepsToStage(plan, before, 1),
            };
            return Promise.resolve([migrationJson({ stack: "dev", plan, renames: {} }, result)]);
        },
        adopt: async () => {
            const folder = await mkdtemp(join(tmpdir(), "adopted-"));
            try {
                return [await json(["adopt", casePath("shovels"), "--out", join(folder, "shop"), "--json"])];
            } finally {
                await rm(folder, { recursive: true });
            }
        },
        "npm run status": async () => {
            const status = await readStatus({
                managementEndpoint: broker.endpoint,
                administrator: { username: "guest", password: "canary-password" },
                passwords: {},
                gatewayUrl: null,
            });
            const problems = [{ kind: "pod", names: ["gateway-1"], problem: "is slow", wayOut: "wait" }];
            // As on Kubernetes.
            return [{ ...status, problems } satisfies Required<Status>];
        },
    };

    it("has a section for each command that prints JSON", async () => {
        const names = await commandNames();
        const helps = await Promise.all(names.map((name) => helpOf(name)));
        const printing = names.filter((_, index) => /--json|"json"/.test(helps[index] ?? ""));
        expect(printing.length).toBeGreaterThan(5);
        const expected = [...printing, "explain --user", "review --record", "npm run status"].sort();
        expect(Object.keys(outputs).sort()).toEqual(expected);
        expect([...sections.keys()].filter((name) => !/^Snapshots/.test(name)).sort()).toEqual(expected);
    });

    it.each(Object.keys(outputs))("lists exactly the fields that the output has: %s", async (name) => {
        const fields: Fields = sections.get(name) ?? new Map();
        expect(fields.size).toBeGreaterThan(0);
        const printed = (await outputs[name]?.()) ?? [];
        expect(differences(fields, printed)).toEqual([]);
    });
});
