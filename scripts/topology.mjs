#!/usr/bin/env node
// What `npx topology` runs: the command from the folder that it is called in, so that files are those of the caller. It runs in this process:
// to start another one would take a good part of the time that a review takes.
import { fileURLToPath } from "node:url";
import { bundled } from "./bundle.mjs";

const source = "src/cli/topologyMain.ts";
const bundle = await bundled(source);
if (bundle === undefined) {
    const { register } = await import("tsx/esm/api");
    // The caller's folder may have a tsconfig.json of its own.
    register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
}
await import(bundle ?? new URL(`../${source}`, import.meta.url).href);
