#!/usr/bin/env node
// What `npx topology` runs: the command from the folder that it is called in, so that files are those of the caller.
import process from "node:process";
import { runCommand } from "./command.mjs";

process.exitCode = await runCommand("topology", process.argv.slice(2));
