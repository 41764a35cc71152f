import {
    type BrokerState,
    managementApi,
    readBrokerState,
    readQueueNumbers,
} from "@spot-messaging/management";
import { UsageError, UserError } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import type { CommandIo } from "../process/commandIo.ts";
import { parseBrokerUrl } from "./brokerUrl.ts";
import { type TopologyInput, topologyOfDefinitions } from "./topologyFile.ts";

/**
 * The topology of a live broker, as its management API exports it.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readBrokerTopology(location: string, env: CommandIo["env"]): Promise<TopologyInput> {
    const api = managementApi(parseBrokerUrl(location, env));
    return topologyOfDefinitions(await answerOf(api.definitions()), api.endpoint);
}

/** A live broker. A request is sent only when a function is called. */
export interface LiveBroker {
    /** Without credentials. */
    readonly endpoint: string;
    /** @throws UsageError, BrokerUnreachable, BrokerRefused */
    readonly queueNumbers: (vhosts: readonly string[]) => Promise<readonly QueueNumbers[]>;
    /** @throws UsageError, BrokerUnreachable, BrokerRefused */
    readonly state: (vhosts: readonly string[]) => Promise<BrokerState>;
}

/**
 * The broker that a URL names.
 * @throws UsageError
 */
export function brokerAtUrl(location: string, env: CommandIo["env"]): LiveBroker {
    return liveBroker(parseBrokerUrl(location, env));
}

export function liveBroker(access: BrokerAccess): LiveBroker {
    const api = managementApi(access);
    return {
        endpoint: api.endpoint,
        queueNumbers: (vhosts) => answerOf(readQueueNumbers(api, vhosts)),
        state: (vhosts) => answerOf(readBrokerState(api, vhosts)),
    };
}

/** An answer that is not from RabbitMQ means a wrong URL, which the user can correct. */
export async function answerOf<T>(answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw error instanceof UserError || !(error instanceof Error) ? error : new UsageError(error.message);
    }
}
