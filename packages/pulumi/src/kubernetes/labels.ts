/**
 * The labels of all objects of the broker or of its services.
 * @param partOf the application of both
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function partLabels(partOf: string, component: "broker" | "service"): Record<string, string> {
    return {
        "app.kubernetes.io/part-of": partOf,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/** Selects the pods of all services, which can connect to the broker. */
export function servicePods(partOf: string): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/part-of": partOf,
        "app.kubernetes.io/component": "service",
    };
}

/** The application of a cluster. */
export function partOf(cluster: { readonly partOf?: string }): string {
    return cluster.partOf ?? "rabbitmq";
}
