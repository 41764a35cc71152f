// Tries the import verdict on real brokers with more files, or others: npm run oracle:import -- [--files 3000] [--seed NUMBER].
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execute } from "./execute.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
    options: { files: { type: "string", default: "3000" }, seed: { type: "string" } },
});
const wrong = Object.entries(values).find(([, value]) => !/^[1-9]\d*$/.test(value));

if (wrong === undefined) {
    process.exitCode = await execute(
        process.execPath,
        [
            path.join(root, "node_modules/vitest/vitest.mjs"),
            "run",
            "--project",
            "broker",
            "tests/broker/importOracle.test.ts",
        ],
        root,
        { SPOT_FILES: values.files, ...(values.seed !== undefined && { SPOT_SEED: values.seed }) },
    );
} else {
    console.error(`--${wrong[0]} "${wrong[1]}" is not a positive integer; give one such as 3000`);
    process.exitCode = 2;
}
