import type { ExternalCluster } from "@spot-messaging/pulumi";
import type { ConfigReader } from "./configReader.ts";
import { managementUrl } from "./managementUrl.ts";

export function externalCluster(reader: ConfigReader): ExternalCluster {
    return {
        kind: "external",
        endpoint: managementUrl(reader, "endpoint", reader.text("endpoint")),
        username: reader.text("username"),
        hosts: reader.list("amqpHosts", "name at least one host for the services to connect to"),
        amqpPort: reader.port("amqpPort"),
        tls: reader.flag("amqpTls"),
    };
}
