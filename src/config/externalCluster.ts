import type { ExternalCluster } from "../model/index.js";
import type { ConfigReader } from "./configReader.js";
import { managementUrl } from "./managementUrl.js";

export function externalCluster(reader: ConfigReader): ExternalCluster {
    return {
        kind: "external",
        endpoint: managementUrl(reader, "endpoint", reader.text("endpoint")),
        username: reader.text("username"),
        hosts: reader.list("amqpHosts", "name at least one host that services connect to"),
        amqpPort: reader.port("amqpPort"),
        tls: reader.flag("amqpTls"),
    };
}
