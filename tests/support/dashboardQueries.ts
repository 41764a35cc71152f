import type { Dashboard } from "@spot-messaging/topology/alerts";

/** Every query of a dashboard, of panels inside rows, too. */
export function queriesOf({ json }: Dashboard): readonly string[] {
    const queries: string[] = [];
    JSON.stringify(json, (key, value: unknown) => {
        if (key === "expr" && typeof value === "string") {
            queries.push(value);
        }
        return value;
    });
    return queries;
}
