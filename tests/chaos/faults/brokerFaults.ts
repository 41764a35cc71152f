import { setTimeout as sleep } from "node:timers/promises";
import type { Binding } from "@spot-messaging/topology";
import { vhostName } from "../../../src/topology/names.ts";
import type { Plant } from "../plant.ts";
import type { Fault } from "./fault.ts";
import { publishAgain } from "./unroutable.ts";

/** A change of a binding reaches the channels of all nodes within this time. */
const bindingMs = 2_000;

/**
 * A person deletes a binding: its messages go to the queue of unroutable messages. The repair declares the binding again and publishes
 * them again.
 */
export function deletedBinding(queue: string, holdMs: number): Fault {
    return {
        kind: "binding",
        title: `delete the binding of ${queue}`,
        group: "binding",
        holdMs,
        inject: async (plant) => {
            for (const { source, destination, routingKey } of bindingsOf(plant, queue)) {
                const ends = { source, destination, destinationType: "queue" } as const;
                await plant.api.deleteBinding(vhostName, ends, routingKey);
            }
        },
        repair: async (plant) => {
            for (const { source, destination, routingKey, arguments: values } of bindingsOf(plant, queue)) {
                await plant.api.declareBinding(vhostName, {
                    ...{ source, destination, destinationType: "queue" },
                    routingKey,
                    arguments: values,
                });
            }
            await sleep(bindingMs);
            await publishAgain(plant);
        },
    };
}

function bindingsOf({ topology }: Plant, queue: string): readonly Binding[] {
    return topology.bindings.filter(({ destination }) => destination === queue);
}
