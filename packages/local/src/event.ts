/** One step of a run or of its removal, enough for a display of "what, k of n". */
export interface LocalEvent {
    readonly kind: "registered" | "creating" | "waiting" | "created" | "failed" | "removing" | "removed";
    /** The Pulumi type token; for removals the kind of Docker object. */
    readonly type: string;
    readonly name: string;
    /** How many objects are created, or removed, so far. */
    readonly done: number;
    /** How many are known so far. It grows only for resources that the program declares inside an `apply`. */
    readonly total: number;
    /** What it waits for, or what went wrong. */
    readonly detail?: string;
}

/** Called for each step. */
export type OnLocalEvent = (event: LocalEvent) => void;
