import type { Topology } from "../model/index.ts";
import { canonicalTopology } from "../review/compare/canonical.ts";
import { compareTopologies } from "../review/compare/comparison.ts";
import { brokerFields } from "./brokerFields.ts";
import { findMigrations } from "./findMigrations.ts";
import {
    type MigrationOptions,
    type MigrationPlan,
    type MigrationStage,
    type StageId,
    stageIds,
} from "./migration.ts";
import { stageTopology } from "./stageTopology.ts";

/**
 * Plans a change so that it loses no message: topologies between the one before and the one after; each can be applied on its own.
 * A queue that a stage deletes or replaces must be empty on the broker before the stage is applied.
 */
export function planMigration(
    topologyBefore: Topology,
    topologyAfter: Topology,
    options: MigrationOptions = {},
): MigrationPlan {
    const [before, after] = [canonicalTopology(topologyBefore), canonicalTopology(topologyAfter)];
    const { migrations, problems } = findMigrations(compareTopologies(before, after), options);
    if (migrations.length === 0 || problems.length > 0) {
        return { before, after, migrations, stages: [], problems };
    }
    const stages: MigrationStage[] = [];
    let last = before;
    for (const id of stageIds) {
        const topology = canonicalTopology(stageTopology(id, { before, after, migrations }));
        if (id === "finish" || !isSameForBroker(last, topology)) {
            stages.push({ id, title: titles[id], topology });
            last = topology;
        }
    }
    return { before, after, migrations, stages, problems };
}

const titles: Readonly<Record<StageId, string>> = {
    prepare: "declare what is new next to what is old",
    switch: "bind the new queues and unbind the old ones",
    replace: "declare what is replaced again, unbound and empty",
    return: "bind what was replaced",
    finish: "delete what is old and temporary",
};

function isSameForBroker(one: Topology, other: Topology): boolean {
    const text = (topology: Topology): string => brokerFields({ ...topology, services: [], retries: [] });
    return text(one) === text(other);
}
