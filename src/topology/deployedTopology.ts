import { readFile } from "node:fs/promises";
import { type Topology, UsageError } from "@spot-messaging/topology";
import { readSnapshot } from "@spot-messaging/topology/review";
import type { Environment } from "../environment/environment.ts";

/**
 * The topology that a stack deploys: what spot declares or, during a migration, the snapshot of the stage that the stack names.
 * @throws SnapshotError or UsageError if the stage cannot be read
 */
export async function deployedTopology(
    { stack, migrationStage }: Environment,
    declared: Topology,
): Promise<Topology> {
    if (migrationStage === undefined) {
        return declared;
    }
    const file = new URL(migrationStage, new URL("../../", import.meta.url));
    const text = await readFile(file, "utf8").catch((error: unknown) => {
        throw new UsageError(
            `stack "${stack}": migrationStage "${migrationStage}" cannot be read (${String(error)}); name a snapshot that topology migrate plan --stages wrote, or remove the key after the migration`,
        );
    });
    return readSnapshot(text, migrationStage).topology;
}
