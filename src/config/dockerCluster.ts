import type { DockerCluster } from "@spot-messaging/pulumi";
import type { BrokerVersion } from "@spot-messaging/topology";
import { clientNetworks } from "../environment/deployment.ts";
import { administrator } from "../environment/platform.ts";
import { brokerImage } from "./brokerImage.ts";
import type { ConfigReader } from "./configReader.ts";

export function dockerCluster(reader: ConfigReader, brokerVersion: BrokerVersion): DockerCluster {
    const nodes = reader.integer("nodes", 1, 3);
    if (nodes === 2) {
        reader.reject(
            "nodes",
            "has the value 2",
            "write 1 or 3: with 2 nodes, the loss of either one stops the cluster",
        );
    }
    return {
        kind: "docker",
        administrator,
        nodes: nodes === 3 ? 3 : 1,
        image: brokerImage(reader, brokerVersion),
        clientNetworks,
        ports: {
            amqp: reader.port("amqpPort"),
            management: reader.port("managementPort"),
            prometheus: reader.port("prometheusPort"),
        },
    };
}
