/**
 * The name of a Kubernetes object for a part of a cluster.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function objectName(cluster: string, part: string): string {
    return `${cluster}-${part.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-")}`;
}
