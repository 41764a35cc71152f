import type { Queue, Topology } from "@spot-messaging/topology";
import { readTopologyInput } from "../input/topologyInput.ts";
import type { CommandIo } from "../process/commandIo.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "./messageAccess.ts";
import { limitOf, parkingQueueNamed } from "./messageOptions.ts";

/** What a command that shows messages of one parking queue works with. */
export interface ParkingDesk {
    readonly topology: Topology;
    readonly queue: Queue;
    readonly access: MessageAccess;
    /** The maximum number of messages to read. */
    readonly limit: number;
}

/** @throws UsageError, BrokerUnreachable, BrokerRefused */
export async function parkingDesk(
    name: string,
    options: MessageAccessOptions & { readonly limit: string },
    io: CommandIo,
): Promise<ParkingDesk> {
    const limit = limitOf(options.limit);
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const queue = parkingQueueNamed(topology, name, options.vhost);
    return { topology, queue, access: await messageAccess(options, input, io.env), limit };
}
