import { UsageError } from "@spot-messaging/topology";
import type { CommandIo } from "../process/commandIo.ts";
import { brokerAtUrl, type LiveBroker, liveBroker } from "./liveBroker.ts";
import type { TopologyInput } from "./topologyFile.ts";

/**
 * The broker with this URL; without one, that of the stack that declares the topology.
 * @throws UsageError
 */
export async function brokerOfInput(
    url: string | undefined,
    { stack, place }: TopologyInput,
    env: CommandIo["env"],
): Promise<LiveBroker> {
    if (url !== undefined) {
        return brokerAtUrl(url, env);
    }
    if (stack === undefined) {
        throw new UsageError(
            `"${place ?? ""}" does not name a broker; name it with --broker https://user@host:15671`,
        );
    }
    return liveBroker(await stack.program.brokerOf(stack.name));
}
