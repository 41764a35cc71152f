export { type KubernetesAccess } from "../kubernetes/kubernetesAccess.ts";
export { claimAnnotations } from "../kubernetes/kubernetesClaim.ts";
export { requireKinds } from "../kubernetes/kubernetesKinds.ts";
