import { byteLength } from "./byteLength.ts";

const maxNameBytes = 255;
const reservedPrefix = "amq.";

/** Whether the broker reserves the name. */
export function isReservedName(name: string): boolean {
    return name.startsWith(reservedPrefix);
}

/**
 * Why the broker refuses a name; `undefined` if it accepts the name.
 * @see https://www.rabbitmq.com/docs/queues#names
 */
export function nameProblem(name: string): string | undefined {
    const bytes = byteLength(name);
    if (bytes === 0 || bytes > maxNameBytes) {
        return `has a name of ${bytes} bytes, but 1 to ${maxNameBytes} are allowed`;
    }
    return isReservedName(name) ? 'begins with "amq.", which the broker reserves' : undefined;
}
