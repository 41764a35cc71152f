/**
 * The labels of everything that belongs to the broker, or to the services that use it.
 * @param partOf the application that both are a part of
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function partLabels(partOf: string, component: "broker" | "service"): Record<string, string> {
    return {
        "app.kubernetes.io/part-of": partOf,
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/** Selects the pods of all services: the ones that may connect to the broker. */
export function servicePods(partOf: string): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/part-of": partOf,
        "app.kubernetes.io/component": "service",
    };
}

/** The application that a cluster is a part of. */
export function partOf(cluster: { readonly partOf?: string }): string {
    return cluster.partOf ?? "rabbitmq";
}
