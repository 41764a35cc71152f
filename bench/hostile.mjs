import path from "node:path";
import process from "node:process";
// The Python environment of the checks, which the services' tests use.
import { execute } from "../scripts/execute.mjs";
import { preparePython } from "../scripts/python.mjs";

/**
 * Measures what hostile mails cost the analyzers: honest mails together with hostile ones take at most twice as long, and four mails of 50 MB fit
 * into the memory of production. services/tests/hostile/bench.py describes it.
 *
 * npm run bench:hostile [analyzer]...
 */
const root = path.join(import.meta.dirname, "..");
const interpreter = await preparePython(root, console.log);
const python = path.join(root, "services");
process.exitCode = await execute(interpreter, ["-m", "hostile.bench", ...process.argv.slice(2)], root, {
    PYTHONPATH: [path.join(python, "src"), path.join(python, "tests")].join(path.delimiter),
});
