/** One step of a run or of its removal, for a progress display such as "queue audit, 3 of 10". */
export interface LocalEvent {
    readonly kind: "registered" | "creating" | "waiting" | "created" | "failed" | "removing" | "removed";
    /** The Pulumi type token; for removals, the kind of Docker object. */
    readonly type: string;
    readonly name: string;
    /** The number of objects created or removed so far. */
    readonly done: number;
    /** The number of objects known so far. It grows only when the program declares resources inside an `apply`. */
    readonly total: number;
    /** What the step waits for, or what failed. */
    readonly detail?: string;
}

/** Called for each step. */
export type OnLocalEvent = (event: LocalEvent) => void;
