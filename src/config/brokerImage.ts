import type { BrokerVersion } from "@spot-messaging/topology";
import type { ConfigReader } from "./configReader.ts";

/** The official RabbitMQ image, with the tag of the newest patch version. */
export function officialImage(brokerVersion: BrokerVersion): string {
    return `rabbitmq:${brokerVersion}-management`;
}

/** The image of the nodes on this machine: the official one unless the stack names another. */
export function brokerImage(reader: ConfigReader, brokerVersion: BrokerVersion): string {
    return reader.optionalText("brokerImage") ?? officialImage(brokerVersion);
}
