/** The first user of a cluster that is made here. */
export function administratorOf(cluster: { readonly administrator?: string }): string {
    return cluster.administrator ?? "administrator";
}
