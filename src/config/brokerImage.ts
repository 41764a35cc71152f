import type { BrokerVersion } from "../model/index.js";
import type { ConfigReader } from "./configReader.js";

/** The image of the nodes: the official one unless another is named. */
export function brokerImage(reader: ConfigReader, brokerVersion: BrokerVersion): string {
    return reader.optionalText("brokerImage") ?? `rabbitmq:${brokerVersion}-management`;
}
