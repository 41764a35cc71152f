export {
    type KubernetesNeeds,
    type NeededObject,
    type NeededRights,
    type RightRule,
} from "../kubernetes/needs/kubernetesNeeds.ts";
export { KubernetesUnfit, requireKinds, requireKubernetes } from "../kubernetes/needs/requireKubernetes.ts";
export { type NamedObject, releaseFields } from "../kubernetes/server/fieldManagers.ts";
export { type KubernetesAccess } from "../kubernetes/server/kubernetesAccess.ts";
export { claimAnnotations } from "../kubernetes/server/kubernetesClaim.ts";
export {
    type KubernetesAnswer,
    type KubernetesReader,
    kubernetesReader,
} from "../kubernetes/server/kubernetesReader.ts";
export { KubernetesUnusable } from "../kubernetes/server/kubernetesUnusable.ts";
