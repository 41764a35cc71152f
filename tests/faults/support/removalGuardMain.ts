import { once } from "node:events";
import Docker from "dockerode";
import { removeLabelled } from "./removal.ts";

// Ends when the process that started it does: then its standard input is closed.
const [label] = process.argv.slice(2);
if (label === undefined) {
    throw new Error("usage: removalGuardMain.ts LABEL");
}
process.stdin.resume();
await once(process.stdin, "end");
await removeLabelled(new Docker(), label);
