import type { BrokerVersion } from "@spot-messaging/topology";
import type { ConfigReader } from "./configReader.ts";

/** RabbitMQ's own image, by the tag that follows the newest patch. */
export function officialImage(brokerVersion: BrokerVersion): string {
    return `rabbitmq:${brokerVersion}-management`;
}

/** The image of the nodes on this machine: the official one unless another is named. */
export function brokerImage(reader: ConfigReader, brokerVersion: BrokerVersion): string {
    return reader.optionalText("brokerImage") ?? officialImage(brokerVersion);
}
