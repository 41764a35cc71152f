import process from "node:process";

/** How to call the npm that runs this script, which need not be on PATH and, on Windows, is no program. */
export function npmCommand() {
    const script = process.env.npm_execpath;
    return script === undefined
        ? { program: "npm", before: [] }
        : { program: process.execPath, before: [script] };
}
