import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.mjs";
import { nodeArguments } from "./nodeArguments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a command of this project, whose packages are there already. `topology` reads and writes the caller's files and therefore stays in
 * the caller's folder, which npm tells where it has left it; all others are about this project.
 * @param {string | undefined} command
 * @param {string[]} rest
 * @returns {Promise<number>} the exit code
 */
export function runCommand(command, rest) {
    if (command === "topology") {
        const folder =
            process.env.npm_lifecycle_event === "topology"
                ? (process.env.INIT_CWD ?? process.cwd())
                : process.cwd();
        return execute(process.execPath, [path.join(root, "scripts", "topology.mjs"), ...rest], folder);
    }
    if (command === "snapshot") {
        return execute(
            process.execPath,
            [path.join(root, "scripts", "topology.mjs"), command, ...rest],
            root,
        );
    }
    return command === "test"
        ? run(["scripts/test.mjs", ...rest], root)
        : run(["src/cli/main.ts", ...(command === undefined ? [] : [command]), ...rest], root);
}

/**
 * @param {string[]} program - its file, relative to this project, and its arguments
 * @param {string} folder - in which it runs
 */
function run([file, ...programArguments], folder) {
    return execute(process.execPath, [...nodeArguments, path.join(root, file), ...programArguments], folder);
}
