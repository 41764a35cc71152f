/** The labels of everything that belongs to one part of the platform. */
export function partLabels(component: "broker" | "service"): Record<string, string> {
    return {
        "app.kubernetes.io/part-of": "spot-platform",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/** What finds the pods of all services. */
export const servicePods: Readonly<Record<string, string>> = {
    "app.kubernetes.io/part-of": "spot-platform",
    "app.kubernetes.io/component": "service",
};
