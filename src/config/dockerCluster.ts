import type { BrokerVersion, DockerCluster } from "../model/index.js";
import { brokerImage } from "./brokerImage.js";
import type { ConfigReader } from "./configReader.js";

export function dockerCluster(reader: ConfigReader, brokerVersion: BrokerVersion): DockerCluster {
    const nodes = reader.integer("nodes", 1, 3);
    if (nodes === 2) {
        reader.reject(
            "nodes",
            "has the value 2",
            "write 1 or 3: with 2, losing either node stops the cluster",
        );
    }
    return {
        kind: "docker",
        nodes: nodes === 3 ? 3 : 1,
        image: brokerImage(reader, brokerVersion),
        ports: {
            amqp: reader.port("amqpPort"),
            management: reader.port("managementPort"),
            prometheus: reader.port("prometheusPort"),
        },
    };
}
