import type { InVhost, Topology } from "../model/index.ts";
import type { ChangedObject } from "../review/compare/change.ts";

/** What a migration does to an object that keeps or routes messages. */
export const migrationKinds = [
    "queue replacement",
    "queue rename",
    "queue move",
    "queue removal",
    "exchange replacement",
    "exchange removal",
] as const;

/** What a migration does to an object that keeps or routes messages. */
export type MigrationKind = (typeof migrationKinds)[number];

/**
 * How the messages leave a queue that is replaced, renamed, moved or removed.
 *
 * - `transfer`: the command consumes them, publishes them to the other queue, and acknowledges what the broker confirmed.
 * - `consumers`: the queue's own consumers read it to its end. Nothing is moved, so order and delivery counts stay.
 */
export const drains = ["transfer", "consumers"] as const;

/** How the messages leave a queue. */
export type Drain = (typeof drains)[number];

/** One object that a change would delete with its messages or bindings, and the way without loss. */
export interface Migration {
    readonly kind: MigrationKind;
    /** The queue or exchange, as it is called before the change. */
    readonly object: ChangedObject;
    /** The queue or exchange that stays: the same name for a replacement. @default - nothing succeeds it */
    readonly successor?: InVhost;
    /** The temporary queue or exchange that takes over while a replaced one does not exist. @default - none is needed */
    readonly holder?: InVhost;
    /** @default - an exchange holds no messages */
    readonly drain?: Drain;
    /** What consumers and publishers notice. */
    readonly notes: readonly string[];
}

/** The stages, in order. A plan leaves out those that change nothing. */
export const stageIds = ["prepare", "switch", "replace", "return", "finish"] as const;

/** A stage of a migration. */
export type StageId = (typeof stageIds)[number];

/** A topology on the way from the one before to the one after. No message is lost between two neighbours if the queue to delete is empty. */
export interface MigrationStage {
    readonly id: StageId;
    readonly title: string;
    readonly topology: Topology;
}

/** The way from one topology to another without loss of messages. */
export interface MigrationPlan {
    readonly before: Topology;
    readonly after: Topology;
    /** By object. Empty: the change deletes and replaces nothing that holds or routes messages. */
    readonly migrations: readonly Migration[];
    /** The last one is the topology after the change. */
    readonly stages: readonly MigrationStage[];
    /** Why a change cannot be planned. */
    readonly problems: readonly string[];
}

/** What a person decides about a plan. */
export interface MigrationOptions {
    /** How messages leave queues. @default - consumers where a single active consumer promises order; otherwise by transfer */
    readonly drain?: Drain;
    /** Queues that are renamed, where the names do not show it: the new name by the old one. */
    readonly renames?: ReadonlyMap<string, string>;
}

/** The prefix of the exchanges through which the command moves messages. A killed command leaves one until its queue is deleted. */
export const transferExchange = "topology.migrate.";

/** The suffix of the temporary queues and exchanges, and the prefix of the temporary policies. */
export const temporaryName = "migration";
