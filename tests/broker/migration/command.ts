import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A run of the command `topology` in a process of its own. */
export interface CommandRun {
    readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
    readonly kill: () => void;
}

const command = fileURLToPath(new URL("../../../packages/cli/bin/topology.js", import.meta.url));

/** @param onText gets what the command prints, while it prints it */
export function runCommand(
    args: readonly string[],
    password: string,
    onText: (text: string) => void = () => undefined,
): CommandRun {
    const child = spawn(process.execPath, ["--conditions=@spot-messaging/source", command, ...args], {
        env: { ...process.env, TOPOLOGY_BROKER_PASSWORD: password, NODE_ENV: "" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
            output += text;
            onText(text);
        });
    }
    return {
        ended: new Promise((resolve) => {
            child.on("close", (code) => {
                resolve({ code, output });
            });
        }),
        kill: () => {
            child.kill("SIGKILL");
        },
    };
}
