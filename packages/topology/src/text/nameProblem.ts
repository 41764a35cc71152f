import { byteLength } from "./byteLength.ts";

const maxNameBytes = 255;
const reservedPrefix = "amq.";

/** Whether the broker keeps the name for itself. */
export function isReservedName(name: string): boolean {
    return name.startsWith(reservedPrefix);
}

/**
 * Why the broker refuses a name; `undefined` for a name that it takes.
 * @see https://www.rabbitmq.com/docs/queues#names
 */
export function nameProblem(name: string): string | undefined {
    const bytes = byteLength(name);
    if (bytes === 0 || bytes > maxNameBytes) {
        return `has a name of ${bytes} bytes; 1 to ${maxNameBytes} are allowed`;
    }
    return isReservedName(name) ? 'begins with "amq.", which the broker keeps for itself' : undefined;
}
