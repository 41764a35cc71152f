import { experimentTable, type Note } from "../../support/experimentTable.ts";

export type { Note } from "../../support/experimentTable.ts";

export const clusterTable = experimentTable({
    name: "cluster",
    page: "kubernetes.md",
    command: "npm run test:cluster",
});

/**
 * A test that is also a row of the table in `docs/reliability/kubernetes.md`.
 * @param name the promise, as a sentence
 */
export function experiment(group: string, name: string, run: (note: Note) => Promise<void>): void {
    clusterTable.experiment({ group, experiment: name }, run);
}
