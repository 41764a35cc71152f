export { brokerFields } from "../migrate/brokerFields.ts";
export { type BrokerObject } from "../migrate/brokerObjects.ts";
export { type BrokerStep } from "../migrate/brokerSteps.ts";
export {
    type Drain,
    drains,
    type Migration,
    type MigrationKind,
    type MigrationOptions,
    type MigrationPlan,
    type MigrationStage,
    migrationKinds,
    type StageId,
    transferExchange,
} from "../migrate/migration.ts";
export { objectText } from "../migrate/objectText.ts";
export { planMigration } from "../migrate/planMigration.ts";
export { type MigrationPosition, positionOf, stepsToStage } from "../migrate/position.ts";
