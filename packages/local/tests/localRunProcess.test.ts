import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { nodeArguments } from "../../../scripts/nodeArguments.mjs";

const script = fileURLToPath(new URL("failingProcess.ts", import.meta.url));

it.each([
    ["a handler that fails", 'LocalRunError: thing "first": the handler failed\n'],
    ["an apply that throws", 'LocalRunError: error serializing property "input": the apply failed\n'],
    ["a program that throws", "LocalRunError: the program failed\n"],
])(
    "after %s the process ends by itself, with one error and nothing from the SDK",
    (program, stdout) => {
        const { status, stderr, ...ended } = spawnSync(
            process.execPath,
            [...nodeArguments, script, program],
            {
                encoding: "utf8",
                timeout: 20_000,
            },
        );
        expect({ status, stdout: ended.stdout, stderr }).toEqual({ status: 0, stdout, stderr: "" });
    },
    30_000,
);
