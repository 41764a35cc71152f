import { type ManagementApi, managementApi } from "@spot-messaging/management";
import { UsageError } from "@spot-messaging/topology";
import { type AmqpAddress, amqpAddressOf } from "../amqp/amqpAddress.ts";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import { isBrokerUrl, parseBrokerUrl } from "../input/brokerUrl.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import type { InputOptions } from "../input/topologyInput.ts";
import type { CommandIo } from "../process/commandIo.ts";

/** The options that name the broker of a command that takes messages. */
export interface MessageAccessOptions extends InputOptions {
    readonly broker?: string;
    readonly amqp?: string;
}

/** How to reach a broker's messages. */
export interface MessageAccess {
    readonly api: ManagementApi;
    readonly username: string;
    readonly password: string;
    readonly address: AmqpAddress;
}

/**
 * The broker of `--broker`, or else the one that the topology is read from, or else the broker of the stack. Its AMQP address is that of `--amqp`, or
 * else the listener that the broker reports, on the host of the management API.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function messageAccess(
    options: MessageAccessOptions,
    input: Pick<TopologyInput, "stack">,
    env: CommandIo["env"],
): Promise<MessageAccess> {
    const { amqp, ...access } = await brokerAccess(options, input, env);
    const api = managementApi(access);
    return { api, ...access, address: await amqpAddressOf(api, options.amqp ?? amqp) };
}

async function brokerAccess(
    options: MessageAccessOptions,
    { stack }: Pick<TopologyInput, "stack">,
    env: CommandIo["env"],
): Promise<BrokerAccess> {
    const place = options.file ?? options.definitions;
    const url = options.broker ?? (place !== undefined && isBrokerUrl(place) ? place : undefined);
    if (url !== undefined) {
        return parseBrokerUrl(url, env);
    }
    if (stack === undefined) {
        throw new UsageError(
            `"${place ?? ""}" does not name a broker; name it with --broker https://user@host:15671`,
        );
    }
    return await stack.program.brokerOf(stack.name);
}
