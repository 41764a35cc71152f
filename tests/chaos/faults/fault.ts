import type { Plant } from "../plant.ts";

/** The kinds that `--faults` selects. */
export const faultKinds = [
    "kill",
    "kill-all",
    "restart",
    "pause",
    "cut",
    "disk",
    "binding",
    "outage",
    "migration",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** One thing that goes wrong, and how it is repaired. */
export interface Fault {
    readonly kind: FaultKind;
    /** What it does to what: `kill -9 analyzer-orchestrator-0`. */
    readonly title: string;
    /** A short run picks one fault of each group. */
    readonly group: string;
    readonly inject: (plant: Plant) => Promise<void>;
    readonly repair: (plant: Plant) => Promise<void>;
    /** Between the two, in milliseconds. */
    readonly holdMs: number;
}
