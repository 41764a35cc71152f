export { type BrokerAddress } from "../cluster/brokerAddress.ts";
export { type BrokerPods } from "../cluster/brokerPods.ts";
export {
    type CertificateAuthority,
    type Cluster,
    type DockerCluster,
    type ExternalCluster,
    type KubernetesCluster,
    type Monitoring,
    type NameServer,
    type VolumeClaim,
} from "../cluster/cluster.ts";
export { ClusterMonitoring, type ClusterMonitoringArgs } from "../cluster/clusterMonitoring.ts";
export {
    type CompiledTopologyArgs,
    MessagingTopology,
    type MessagingTopologyArgs,
    type PlainTopologyArgs,
} from "../messagingTopology.ts";
export { RabbitMqCluster, type RabbitMqClusterArgs } from "../rabbitMqCluster.ts";
