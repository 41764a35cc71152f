// The command `topology` of this repository, from a bundle of its sources, or from the sources where no bundle can be written.
import { enableCompileCache, registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundled } from "./bundle.mjs";
import { sourceCondition } from "./nodeArguments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = { main: "packages/cli/src/exports/main.ts", config: "topology.config.ts" };

// Compiling the bundle takes longer than most commands: Node.js keeps the compiled code next to it.
enableCompileCache(path.join(root, ".local", "compile-cache"));
const bundle = await bundled("topology", sources);
if (bundle === undefined) {
    readSources();
}
const { runProcess } = await import(bundle?.main ?? urlOf(sources.main));
await runProcess({
    importModule: async (file) => {
        if (bundle !== undefined && file === path.join(root, sources.config)) {
            return await import(bundle.config);
        }
        readSources();
        return await import(pathToFileURL(file).href);
    },
});

/** From now on, a package of this repository is its sources. */
function readSources() {
    registerHooks({
        resolve: (name, context, next) =>
            next(name, { ...context, conditions: [sourceCondition, ...context.conditions] }),
    });
}

/** @param {string} source */
function urlOf(source) {
    return pathToFileURL(path.join(root, source)).href;
}
