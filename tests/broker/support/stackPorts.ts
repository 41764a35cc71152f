import { freePort } from "../../support/ports.ts";

/** The loopback ports that a stack in Docker listens on, by their keys in its configuration. */
export interface StackPorts {
    readonly amqpPort: number;
    readonly managementPort: number;
    readonly prometheusPort: number;
    readonly gatewayPort: number;
}

/** Four unused ports. */
export async function freeStackPorts(): Promise<StackPorts> {
    return {
        amqpPort: await freePort(),
        managementPort: await freePort(),
        prometheusPort: await freePort(),
        gatewayPort: await freePort(),
    };
}

/** As a stack file writes them. */
export function portValues(ports: StackPorts): Record<string, string> {
    return Object.fromEntries(Object.entries(ports).map(([key, port]) => [key, String(port)]));
}
