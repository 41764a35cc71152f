import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { ManagementApi } from "@spot-messaging/management";
import type { BrokerVersion } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";
import { startStack, type TestStack } from "../support/stack.ts";

/** A real broker, to compare with the model. */
export interface OracleBroker {
    readonly version: BrokerVersion;
    readonly api: ManagementApi;
    /** The dev stack on this broker. */
    readonly stack: TestStack;
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** The `Authorization` header for requests to the management API. */
    readonly authorization: string;
    /** Enables plugins of the image. */
    readonly enablePlugins: (...names: readonly string[]) => Promise<void>;
    /** Evaluates an Erlang expression inside the broker and parses the JSON that it prints. The management API would report the same too late. */
    readonly evaluate: (expression: string) => Promise<unknown>;
    readonly remove: () => Promise<void>;
}

/**
 * Starts a broker for the questions of one test file. Each question gets its own virtual host, next to that of the dev stack.
 * @param name different for files that run at the same time
 */
export async function startOracle(name: string, version: BrokerVersion): Promise<OracleBroker> {
    const stack = await startStack(`${name}-${version.replace(".", "")}`, version);
    const { username, password } = stack.access.administrator;
    /** Runs a command inside the broker's container and returns its output; throws an error with stdout and stderr if it fails. */
    const run = async (user: string, ...command: readonly string[]): Promise<string> => {
        const container = stack.docker.getContainer(stack.container("rabbitmq-0"));
        const exec = await container.exec({
            Cmd: [...command],
            Env: ["HOME=/var/lib/rabbitmq"],
            User: user,
            AttachStdout: true,
            AttachStderr: true,
        });
        const stream = await exec.start({});
        const [output, errors] = [new PassThrough(), new PassThrough()];
        stack.docker.modem.demuxStream(stream, output, errors);
        const chunks: Buffer[] = [];
        output.on("data", (chunk: Buffer) => chunks.push(chunk));
        const errorChunks: Buffer[] = [];
        errors.on("data", (chunk: Buffer) => errorChunks.push(chunk));
        await once(stream, "end");
        if ((await exec.inspect()).ExitCode !== 0) {
            throw new Error(
                `${command.join(" ")}: ${Buffer.concat([...chunks, ...errorChunks]).toString("utf8")}`,
            );
        }
        return Buffer.concat(chunks).toString("utf8");
    };
    return {
        version,
        api: stack.api,
        stack,
        connect: async (vhost) => {
            const address = { hostname: "127.0.0.1", port: stack.ports.amqpPort, username, password, vhost };
            const connection = await amqp.connect(address, { noDelay: true });
            connection.on("error", () => undefined);
            return connection;
        },
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
        enablePlugins: async (...names) => {
            const folders = "$(echo /usr/lib/rabbitmq/lib/*/plugins):/usr/lib/rabbitmq/plugins";
            const enable = `RABBITMQ_PLUGINS_DIR=${folders} rabbitmq-plugins enable --quiet ${names.join(" ")}`;
            await run("root", "sh", "-c", enable);
        },
        evaluate: async (expression) =>
            firstLine(await run("rabbitmq", "sh", "-c", evaluation, `${expression}\n`)),
        remove: stack.remove,
    };
}

/** Evaluates its argument. `rabbitmqctl` starts an Erlang node for it, which takes a second of processor time; `erl_call` takes milliseconds. */
const evaluation = `
if command -v erl_call > /dev/null; then
    cookie=$(cat /var/lib/rabbitmq/.erlang.cookie)
    printf %s "$0" | erl_call -sname "rabbit@$(hostname -s)" -c "$cookie" -e -fetch_stdout
else
    rabbitmqctl eval "$0"
fi`;

/** The first line is the output of the expression; the second line is its value. */
function firstLine(output: string): unknown {
    const [line = ""] = output.split("\n");
    if (line.startsWith("{error")) {
        throw new Error(output);
    }
    return JSON.parse(line);
}

let vhosts = 0;

/** Creates a virtual host for one question, and deletes it afterwards. */
export async function inVhost<T>(broker: OracleBroker, ask: (vhost: string) => Promise<T>): Promise<T> {
    vhosts += 1;
    const vhost = `oracle-${vhosts}`;
    await broker.api.putVhost(vhost);
    try {
        return await ask(vhost);
    } finally {
        await broker.api.deleteVhost(vhost);
    }
}
