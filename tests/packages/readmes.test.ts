import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type FakeBroker, fakeBroker } from "../../packages/management/tests/fakeBroker.ts";
import { readWorkspaces, root } from "../../scripts/workspaces.mjs";
import { readExamples, writeExamples } from "./support/readme.ts";
import { run, succeed } from "./support/run.ts";

/** The folder of an example program, next to the installed packages. */
const folderOf = (name: string): string => join(inject("installation"), `example-${name}`);
const names = readWorkspaces().map(({ name }) => name);
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

/** The lines that a TypeScript program prints; Node.js runs it without a build. */
async function output(name: string, file: string): Promise<string[]> {
    return (await succeed(folderOf(name), process.execPath, file)).trimEnd().split("\n");
}

/** Runs a script that imports an example, whose imports find the packages from its folder. */
async function evaluate(name: string, script: string): Promise<string> {
    await writeFile(join(folderOf(name), "harness.ts"), script);
    return await succeed(folderOf(name), process.execPath, "harness.ts");
}

describe("the examples of the first pages", () => {
    let broker: FakeBroker;
    beforeAll(async () => {
        for (const name of names) {
            await writeExamples(folderOf(name), await readExamples(name));
        }
        const queue = { name: "orders", vhost: "/", messages_ready: 3, consumers: 2 };
        broker = await fakeBroker(() => ({ body: JSON.stringify({ page_count: 1, items: [queue] }) }));
    });
    afterAll(() => {
        broker.close();
    });

    it.each(names)("fit the types of %s", async (name) => {
        const { files } = await readExamples(name);
        expect(Object.keys(files)).not.toEqual([]);
        const options = [
            "--noEmit",
            "--strict",
            "--skipLibCheck",
            "--module",
            "nodenext",
            "--target",
            "es2023",
        ];
        const own = ["--types", "node", "--allowImportingTsExtensions", "--verbatimModuleSyntax"];
        const { stdout } = await run(
            folderOf(name),
            process.execPath,
            tsc,
            ...options,
            ...own,
            ...Object.keys(files),
        );
        expect(stdout).toBe("");
    });

    it("check and route the topology of packages/topology", async () => {
        const printed = await output("topology", "shop.ts");
        expect(printed.at(-1)).toBe("[ 'orders' ]");
        expect(printed.slice(0, -1).filter((line) => !line.includes('"shop": '))).toEqual([]);
    });

    it("list the queues with packages/management", async () => {
        process.env["BROKER_URL"] = broker.endpoint;
        expect(await output("management", "queues.ts")).toEqual(["orders: 3 messages, 2 consumers"]);
    });

    it("register the resources of packages/pulumi", async () => {
        const registered = await evaluate(
            "pulumi",
            `import * as pulumi from "@pulumi/pulumi";
            const types: string[] = [];
            await pulumi.runtime.setMocks({
                newResource: ({ type, name, inputs }) => {
                    types.push(type);
                    return { id: name, state: { ...inputs, result: "drawn" } };
                },
                call: ({ inputs }) => inputs,
            });
            const { password } = await import("./index.ts");
            password.apply((value) => setTimeout(() => console.log(value, types.filter((each) => each.endsWith(":Queue")).length), 1_000));`,
        );
        expect(registered).toBe("drawn 2\n");
    });

    it("make a pack of packages/policy", async () => {
        const port = await evaluate(
            "policy",
            'await import("./pack.ts"); setTimeout(() => process.exit(), 2_000);',
        );
        expect(port).toMatch(/^\d+\n$/);
    });

    it("run a program with packages/local", async () => {
        const printed = await output("local", "run.ts");
        expect(printed.at(-1)).toBe("1 [ 'password' ]");
    });
});
