import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { ManagementApi } from "@spot-messaging/management";
import type { BrokerVersion } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";
import { startStack } from "../support/stack.ts";

/** A real broker, to compare with the model. */
export interface OracleBroker {
    readonly version: BrokerVersion;
    readonly api: ManagementApi;
    readonly connect: (vhost: string) => Promise<ChannelModel>;
    /** Evaluates an Erlang expression inside the broker and parses the JSON that it prints. The management API would report the same too late. */
    readonly evaluate: (expression: string) => Promise<unknown>;
    readonly remove: () => Promise<void>;
}

/** Starts a broker for the questions. Each question gets its own virtual host, next to that of the dev stack. */
export async function startOracle(version: BrokerVersion): Promise<OracleBroker> {
    const stack = await startStack(`oracle-${version.replace(".", "")}`, version);
    const { username, password } = stack.access.administrator;
    return {
        version,
        api: stack.api,
        connect: async (vhost) => {
            const address = { hostname: "127.0.0.1", port: stack.ports.amqpPort, username, password, vhost };
            const connection = await amqp.connect(address, { noDelay: true });
            connection.on("error", () => undefined);
            return connection;
        },
        evaluate: async (expression) => {
            const container = stack.docker.getContainer(stack.container("rabbitmq-0"));
            const exec = await container.exec({
                Cmd: ["rabbitmqctl", "eval", expression],
                Env: ["HOME=/var/lib/rabbitmq"],
                User: "rabbitmq",
                AttachStdout: true,
                AttachStderr: true,
            });
            const stream = await exec.start({});
            const [output, errors] = [new PassThrough(), new PassThrough()];
            stack.docker.modem.demuxStream(stream, output, errors);
            const chunks: Buffer[] = [];
            output.on("data", (chunk: Buffer) => chunks.push(chunk));
            errors.resume();
            await once(stream, "end");
            return firstLine(Buffer.concat(chunks).toString("utf8"));
        },
        remove: stack.remove,
    };
}

/** The first line is the output of the expression; the second line is its value. */
function firstLine(output: string): unknown {
    return JSON.parse(output.split("\n")[0] ?? "");
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
