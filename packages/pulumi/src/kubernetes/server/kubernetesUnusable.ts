import { UserError } from "@spot-messaging/topology";

/** A Kubernetes API server that cannot be used, with the way out. */
export class KubernetesUnusable extends UserError {
    override readonly name = "KubernetesUnusable";
}
