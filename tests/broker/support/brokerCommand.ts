import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TopologyRun, topology } from "../../../packages/cli/tests/topologyRun.ts";
import { nodeArguments } from "../../../scripts/nodeArguments.mjs";
import type { TestStack } from "./stack.ts";

/** Who runs a command on a broker. */
export interface CommandUser {
    readonly username: string;
    readonly password: string;
}

/** The command with a test's broker, as one of its users. */
export interface BrokerCommand {
    readonly run: (...args: readonly string[]) => Promise<TopologyRun>;
    /**
     * Runs the command in a process of its own, and kills it as soon as a condition holds.
     * @returns the signal that ended it. `null`: it ended by itself
     */
    readonly killWhen: (
        condition: () => boolean,
        ...args: readonly string[]
    ) => Promise<NodeJS.Signals | null>;
}

/** @param env further variables */
export function brokerCommand(
    { access, ports }: Pick<TestStack, "access" | "ports">,
    { username, password }: CommandUser,
    env: Readonly<Record<string, string>> = {},
): BrokerCommand {
    const complete = (args: readonly string[]): readonly string[] => [
        ...args,
        ...(args.includes("--definitions") ? [] : ["--file", "topology/dev.json"]),
        ...["--broker", access.managementEndpoint.replace("http://", `http://${username}@`)],
        ...["--amqp", `amqp://127.0.0.1:${ports.amqpPort}`],
    ];
    const variables = { ...env, TOPOLOGY_BROKER_PASSWORD: password };
    return {
        run: async (...args) => await topology(complete(args), { env: variables }),
        killWhen: async (condition, ...args) => {
            const child = spawn(
                process.execPath,
                [...nodeArguments, "packages/cli/bin/topology.js", ...complete(args)],
                { env: { ...process.env, ...variables }, stdio: "ignore" },
            );
            const exit = once(child, "exit");
            const watch = setInterval(() => {
                if (condition()) {
                    child.kill("SIGKILL");
                }
            }, 5);
            const [, signal] = (await exit) as [number | null, NodeJS.Signals | null]; // as Node.js documents the event
            clearInterval(watch);
            return signal;
        },
    };
}

/** A user of a stack. */
export function userOf({ access }: Pick<TestStack, "access">, username: string): CommandUser {
    return { username, password: access.passwords[username] ?? "" };
}
