import type { Dashboard } from "../../src/observe/dashboards/index.js";

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
