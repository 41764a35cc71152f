export { clusterKinds, type KindWaysOut } from "../kubernetes/clusterKinds.ts";
export { type KubernetesKind, type NeededKind } from "../kubernetes/kubernetesKind.ts";
export { partLabels, servicePods } from "../kubernetes/labels.ts";
export { nameServerPeers, type Peer, type Port, peerOf, podsIn, tcpPort } from "../kubernetes/network.ts";
export { operatorKinds } from "../kubernetes/operatorKinds.ts";
export { pullSecrets } from "../kubernetes/pullSecrets.ts";
export { formatQuantity } from "../kubernetes/quantity.ts";
export { type Plain } from "../translate/plain.ts";
