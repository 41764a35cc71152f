import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { topology } from "../../examples/shop/topology.ts";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { findCommand } from "../../src/cli/pulumiCli.ts";
import { freePort } from "../support/ports.ts";
import { found } from "./support/engineStack.ts";
import { type ExampleProgram, exampleProgram } from "./support/exampleProgram.ts";
import { type PlainBroker, startPlainBroker } from "./support/plainBroker.ts";

const examples = ["shop", "python", "yaml", ...(found && canRunGo() ? ["go"] : [])];

/** What a program in Go needs in addition to the engine, which has neither. */
function canRunGo(): boolean {
    const missing = ["go", "pulumi-language-go"].filter((name) => findCommand(name) === undefined);
    if (missing.length > 0) {
        process.stderr.write(
            `left out: the example in Go, since ${missing.join(" and ")} is not on PATH; install https://go.dev/dl and the complete Pulumi CLI to run it\n`,
        );
    }
    return missing.length === 0;
}

const objectLists = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

/** A broker's definitions as a text, as it exports them, less the hashes of passwords and the order in which objects were created. */
function textOf(exported: object): string {
    const lists = Object.entries(exported).filter(([, value]) => Array.isArray(value));
    const objects = Object.entries(objectLists.parse(Object.fromEntries(lists))).map(([key, list]) => [
        key,
        list
            .map((each) => Object.entries(each).filter(([field]) => field !== "password_hash"))
            .map((fields) => JSON.stringify(Object.fromEntries(fields)))
            .sort(),
    ]);
    return JSON.stringify(Object.fromEntries(objects), undefined, 2);
}

/** The same shop in each language, each by the real engine on the same real broker. */
describe.skipIf(!found)("the examples in the real engine", () => {
    let broker: PlainBroker;
    let api: ManagementApi;
    const programs = new Map<string, ExampleProgram>();
    const texts = new Map<string, string>();

    async function programOf(name: string): Promise<ExampleProgram> {
        const program = await exampleProgram(name);
        programs.set(name, program);
        // The one in Go leaves the broker's address to the provider's own configuration.
        const prefix = name === "go" ? "rabbitmq:" : "";
        const values = [
            [`${prefix}endpoint`, broker.endpoint],
            [`${prefix}username`, broker.username],
            ["--secret", `${prefix}password`, broker.password],
        ];
        for (const command of [
            ["stack", "init", "dev"],
            ...values.map((value) => ["config", "set", ...value]),
            // Where the program is one of Node.js, npm has done it.
            ...(name === "shop" ? [] : [["install"]]),
        ]) {
            const { code, output } = await program.pulumi(...command);
            expect(code, output).toBe(0);
        }
        return program;
    }

    beforeAll(async () => {
        // What the examples import is what npm ships.
        await promisify(execFile)(process.execPath, ["scripts/build.mjs"], { cwd: projectRoot });
        const docker = await connectContainerEngine(() => undefined);
        broker = await startPlainBroker(docker, "spot-messaging-examples", await freePort());
        api = managementApi(broker);
    });

    afterAll(async () => {
        await broker.remove();
        for (const program of programs.values()) {
            await program.remove();
        }
    });

    it.each(examples)(
        "declare what the model says, and nothing more in a second preview: %s",
        async (name) => {
            const program = await programOf(name);
            const up = await program.pulumi("up", "--yes", "--skip-preview");
            expect(up.code, up.output).toBe(0);
            const exported = await api.definitions();
            texts.set(name, textOf(exported));
            expect(fromExport(exported, "shop", [broker.username])).toEqual(toDefinitions(topology));
            const again = await program.pulumi("preview", "--expect-no-changes");
            expect(again.code, again.output).toBe(0);
            const down = await program.pulumi("destroy", "--yes", "--skip-preview");
            expect(down.code, down.output).toBe(0);
        },
    );

    it("leave the same definitions on the broker, byte by byte", () => {
        const [shop, ...others] = examples.map((name) => texts.get(name));
        expect(shop).toContain("orders.dlq");
        expect(others).toEqual(others.map(() => shop));
        expect(others.length).toBeGreaterThanOrEqual(2);
    });

    it("say what is wrong with a virtual host in one sentence, without a stack", async () => {
        const program = programs.get("yaml") ?? (await programOf("yaml"));
        const file = join(program.folder, "Pulumi.yaml");
        const text = await readFile(file, "utf8");
        await writeFile(file, text.replace("deadline:", "deadlin:"));
        const { code, output } = await program.pulumi("preview");
        await writeFile(file, text);
        expect(code).not.toBe(0);
        expect(output).toContain(
            'vhost "shop": queue "orders": unknown option "deadlin"; did you mean "deadline"?',
        );
        expect(output).not.toMatch(/^\s+at /mu);
    });

    it("find the components in the folder of the package itself", async () => {
        const program = programs.get("yaml") ?? (await programOf("yaml"));
        const source = join(projectRoot, "packages", "pulumi");
        const target = join(program.folder, "components");
        await mkdir(target);
        for (const entry of ["PulumiPlugin.yaml", "dist"]) {
            await cp(join(source, entry), join(target, entry), { recursive: true });
        }
        const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as object; // npm's format
        const installed = { ...manifest, dependencies: {}, peerDependencies: {}, scripts: {} };
        await writeFile(join(target, "package.json"), JSON.stringify(installed));
        const { code, output } = await program.pulumi("package", "get-schema", "./components");
        expect(code, output).toBe(0);
        expect(output).toContain("messaging:index:MessagingTopology");
        expect(output).toContain("messaging:index:RabbitMqCluster");
    });
});
