export { requireKinds } from "../kubernetes/kubernetesKinds.ts";
