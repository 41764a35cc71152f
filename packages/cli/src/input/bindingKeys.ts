import { managementApi } from "@spot-messaging/management";
import { type Arguments, bindingKey } from "@spot-messaging/topology";
import type { PropertiesKeys } from "@spot-messaging/topology/adopt";
import { z } from "zod";
import type { CommandIo } from "../process/commandIo.ts";
import { parseBrokerUrl } from "./brokerUrl.ts";
import { answerOf } from "./liveBroker.ts";

const liveBindings = z.array(
    z.object({
        vhost: z.string(),
        source: z.string(),
        destination: z.string(),
        destination_type: z.enum(["queue", "exchange"]),
        routing_key: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        properties_key: z.string(),
    }),
);

/**
 * The broker's names of its bindings between their two ends.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readBindingKeys(location: string, env: CommandIo["env"]): Promise<PropertiesKeys> {
    const api = managementApi(parseBrokerUrl(location, env));
    const answer = await answerOf(api.get(["bindings"]).then((each) => liveBindings.parse(each)));
    return new Map(
        answer.map((each) => [
            bindingKey({
                vhost: each.vhost,
                source: each.source,
                destination: each.destination,
                destinationType: each.destination_type,
                routingKey: each.routing_key,
                arguments: each.arguments as Arguments, // values of JSON
            }),
            each.properties_key,
        ]),
    );
}
