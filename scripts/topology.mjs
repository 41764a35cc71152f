#!/usr/bin/env node
// What `npx topology` runs in this repository: the command from the folder that it is called in, so that files are those of the caller. On a
// supported Node.js it runs in this process: to start another one would take a good part of the time that a review takes.
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.mjs";
import { supportedNode } from "./node.mjs";

const node = supportedNode();
if (node === undefined) {
    process.exitCode = 2;
} else if (node === process.execPath) {
    await import("./topologyCommand.mjs");
} else {
    const own = fileURLToPath(import.meta.url);
    process.exitCode = await execute(node, [own, ...process.argv.slice(2)], process.cwd());
}
