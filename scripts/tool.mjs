// Runs a tool or a program of this repository as `node FILE` would, on the Node.js that the project needs: node scripts/tool.mjs FILE [ARGUMENTS].
import process from "node:process";
import { execute } from "./execute.mjs";
import { supportedNode } from "./node.mjs";
import { nodeArguments } from "./nodeArguments.mjs";

const node = supportedNode();
process.exitCode =
    node === undefined ? 1 : await execute(node, [...nodeArguments, ...process.argv.slice(2)], process.cwd());
