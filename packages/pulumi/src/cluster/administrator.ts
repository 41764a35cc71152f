/** The name of the first user of a cluster that the component creates. */
export function administratorOf(cluster: { readonly administrator?: string }): string {
    return cluster.administrator ?? "administrator";
}
