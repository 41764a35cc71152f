import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("removalGuardMain.ts", import.meta.url));

/**
 * Starts a process that removes everything with a label when this process ends: Ctrl-C and `kill -9` leave no container
 * behind. It has a process group of its own, so that Ctrl-C does not reach it, and notices the end because its standard input is closed.
 * @returns ends it; call it after the removal
 */
export function guardRemoval(label: string): () => void {
    const guard = spawn(process.execPath, [program, label], {
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
    });
    guard.unref();
    return () => {
        guard.kill("SIGKILL");
    };
}
