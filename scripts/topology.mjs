#!/usr/bin/env node
// What `npx topology` runs: the command from the folder that it is called in, so that files are those of the caller. It runs in this process:
// to start another one would take a good part of the time that a review takes.
import { registerHooks } from "node:module";
import { bundled } from "./bundle.mjs";
import { sourceCondition } from "./nodeArguments.mjs";

const source = "packages/cli/src/topologyMain.ts";
const bundle = await bundled(source);
if (bundle === undefined) {
    registerHooks({
        resolve: (name, context, next) =>
            next(name, { ...context, conditions: [sourceCondition, ...context.conditions] }),
    });
}
await import(bundle ?? new URL(`../${source}`, import.meta.url).href);
