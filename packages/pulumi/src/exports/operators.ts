export { type KubernetesAccess, requireKinds } from "../kubernetes/kubernetesKinds.ts";
