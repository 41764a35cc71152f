import type {
    CommandInput,
    ParkingInput,
    PlainInput,
    RequestInput,
    TransientInput,
    WorkInput,
} from "./queueInput.ts";

type OptionsOf<Input> = Omit<Input, "purpose" | "name">;

/** Jobs that must be done: a replicated queue with retries and a dead-letter queue. */
export function work(name: string, options: OptionsOf<WorkInput> = {}): WorkInput {
    return { purpose: "work", name, ...options };
}

/** Short-lived messages that may be lost; a full queue drops the oldest. */
export function transient(name: string, options: OptionsOf<TransientInput> = {}): TransientInput {
    return { purpose: "transient", name, ...options };
}

/** Requests whose callers wait for a reply: they expire with the caller's timeout. */
export function requests(name: string, options: OptionsOf<RequestInput> = {}): RequestInput {
    return { purpose: "requests", name, ...options };
}

/** Commands to every replica of a service: a stream that each replica reads on its own. */
export function commands(name: string, options: OptionsOf<CommandInput> = {}): CommandInput {
    return { purpose: "commands", name, ...options };
}

/** Messages kept for an operator. */
export function parking(name: string, options: OptionsOf<ParkingInput> = {}): ParkingInput {
    return { purpose: "parking", name, ...options };
}

/** A queue or stream with RabbitMQ's own settings. */
export function plain(name: string, options: OptionsOf<PlainInput>): PlainInput {
    return { purpose: "plain", name, ...options };
}
