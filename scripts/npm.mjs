import process from "node:process";

/** The command of the npm that runs this script. It is not always on PATH, and on Windows it is a script, not a program. */
export function npmCommand() {
    const script = process.env.npm_execpath;
    return script === undefined
        ? { program: "npm", before: [] }
        : { program: process.execPath, before: [script] };
}
