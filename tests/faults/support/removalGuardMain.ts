import Docker from "dockerode";
import { removeLabelled } from "./removal.ts";

// Ends when the process that started it does: then its standard input is closed.
const [label] = process.argv.slice(2);
if (label === undefined) {
    throw new Error("usage: removalGuardMain.ts LABEL");
}
for await (const _ of process.stdin) {
    // Nothing is written to it.
}
await removeLabelled(new Docker(), label);
