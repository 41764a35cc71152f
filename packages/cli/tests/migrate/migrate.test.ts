import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange, queue, type Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyTopology } from "../../../topology/src/model/emptyTopology.ts";
import { topology } from "../topologyRun.ts";

let folder = "";

function shop(...names: readonly string[]): Topology {
    return {
        ...emptyTopology("4.3"),
        vhosts: [{ name: "shop" }],
        exchanges: [exchange("shop", "events", "topic")],
        queues: names.map((name) => queue("shop", name, "classic")),
    };
}

function file(name: string): string {
    return join(folder, name);
}

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "migrate-"));
    const quorum = { ...shop(), queues: [queue("shop", "orders", "quorum")] };
    await writeFile(file("before.json"), writeSnapshot(shop("orders"), "dev"));
    await writeFile(file("quorum.json"), writeSnapshot(quorum, "dev"));
    await writeFile(file("renamed.json"), writeSnapshot(shop("shipments"), "dev"));
    await writeFile(file("nonsense.json"), "{}");
    await topology(["migrate", "plan", ...sides("before", "quorum"), "--output", file("plan.json")]);
});

afterAll(async () => {
    await rm(folder, { recursive: true });
});

function sides(base: string, head: string): readonly string[] {
    return ["--base", file(`${base}.json`), "--head", file(`${head}.json`)];
}

describe("topology migrate plan", () => {
    it("writes a plan, and the snapshot of each stage", async () => {
        const output = file("written.json");
        const run = await topology([
            ...["migrate", "plan", ...sides("before", "quorum"), "--output", output],
            ...["--stages", file("stages")],
        ]);
        expect(run).toMatchObject({ exitCode: 0, errors: "" });
        expect(run.output).toMatch(
            /^queue replacement: shop\/orders, drained by transfer, temporary queue "orders.migration"\n/u,
        );
        expect((await readdir(file("stages"))).sort()).toEqual([
            "1-prepare.json",
            "2-replace.json",
            "3-finish.json",
        ]);
        expect(await readFile(file("stages/3-finish.json"), "utf8")).toBe(
            await readFile(file("quorum.json"), "utf8"),
        );
    });

    it("says that nothing has to be migrated", async () => {
        const run = await topology([
            "migrate",
            "plan",
            ...sides("before", "before"),
            "--output",
            file("none.json"),
        ]);
        expect(run).toMatchObject({
            exitCode: 0,
            output: "The change deletes and replaces no queue and no exchange: nothing has to be migrated.\n",
        });
        expect(await readdir(folder)).toContain("none.json");
    });

    it("knows a rename that the names do not show only if it is named", async () => {
        const plan = (...options: readonly string[]) =>
            topology([
                "migrate",
                "plan",
                ...sides("before", "renamed"),
                "--output",
                file("r.json"),
                "--json",
                ...options,
            ]);
        const kinds = async (...options: readonly string[]): Promise<readonly string[]> =>
            (
                JSON.parse((await plan(...options)).output) as { migrations: { kind: string }[] }
            ).migrations.map(({ kind }) => kind);
        expect(await kinds()).toEqual(["queue removal"]);
        expect(await kinds("--rename", "orders=shipments")).toEqual(["queue rename"]);
    });
});

describe("a wrong use of topology migrate", () => {
    it.each<[string, () => readonly string[], string]>([
        ["no base", () => ["plan"], "the topology before the change is missing; name it with --base\n"],
        [
            "a file for plan",
            () => ["plan", "x.json"],
            "plan reads no file; name the two topologies with --base and --head\n",
        ],
        [
            "an unknown rename",
            () => ["plan", ...sides("before", "renamed"), "--rename", "order=shipments"],
            'queue "order" does not exist before the change; did you mean "orders"?\n',
        ],
        [
            "half a rename",
            () => ["plan", ...sides("before", "renamed"), "--rename", "orders"],
            '--rename "orders" is not a rename; write it as OLD=NEW\n',
        ],
        [
            "no broker",
            () => ["run", file("plan.json")],
            "the broker is missing; name it with --broker https://user@host:15671\n",
        ],
        [
            "a wait that is not a duration",
            () => ["run", file("plan.json"), "--broker", "http://admin@rabbit:15672", "--wait", "long"],
            '--wait "long" is not a duration; write one such as "10 minutes"\n',
        ],
        [
            "undo without --apply",
            () => ["undo", file("plan.json"), "--broker", "http://admin@rabbit:15672"],
            "undo changes the broker only with --apply; without it, apply the stages in the opposite order: topology migrate status shows the current one\n",
        ],
    ])("is a sentence: %s", async (_name, args, message) => {
        expect(
            await topology(["migrate", ...args()], { env: { TOPOLOGY_BROKER_PASSWORD: "x" } }),
        ).toMatchObject({
            exitCode: 2,
            output: "",
            errors: message,
        });
    });

    it("is a sentence: a file that is not a plan", async () => {
        const run = await topology(["migrate", "status", file("nonsense.json"), "--broker", "http://a@b"]);
        expect(run.exitCode).toBe(2);
        expect(run.errors).toMatch(
            /nonsense\.json: is not a plan of a migration \(.+\); give a file that topology migrate plan wrote\n$/u,
        );
    });

    it("ends with 3 if the broker does not answer", async () => {
        const run = await topology(
            ["migrate", "status", file("plan.json"), "--broker", "http://admin@127.0.0.1:1"],
            {
                env: { TOPOLOGY_BROKER_PASSWORD: "x" },
            },
        );
        expect(run.exitCode).toBe(3);
    });
});
