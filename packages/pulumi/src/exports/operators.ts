export { keepAuthority } from "../cluster/authorityFile.ts";
export { requireKinds } from "../kubernetes/kubernetesKinds.ts";
