import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";
import { ignoreMissing } from "./deployment.ts";
import type { ChangedValues } from "./prodValues.ts";

/** What an experiment changed before the program runs. */
export interface Arrangement {
    /** Other values of the stack. */
    readonly changes?: ChangedValues;
    /** Another token than the deploying identity's. */
    readonly token?: string;
    readonly undo?: () => Promise<void>;
}

/** Creates objects as an administrator. */
export async function install(
    { client }: Cluster,
    ...objects: readonly KubernetesObject[]
): Promise<Arrangement> {
    for (const object of objects) {
        await client.apply(object);
    }
    return {
        undo: async () => {
            for (const object of objects.toReversed()) {
                await client.remove(object).catch(ignoreMissing);
            }
        },
    };
}

const waitMilliseconds = 60_000;

/** Waits for what follows from a change. @throws Error after a minute */
export async function until(what: string, isMet: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + waitMilliseconds;
    while (!(await isMet())) {
        if (Date.now() > deadline) {
            throw new Error(`${what}: not after ${waitMilliseconds / 1_000} s`);
        }
        await sleep(500);
    }
}

/** Without what differs from run to run. */
export function withoutRun(text: string, { server, control }: Cluster): string {
    const [first = "", second = ""] = control.address.split(".");
    return text
        .replaceAll(server.url, "URL")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
        .replaceAll(new RegExp(String.raw`\b${first}\.${second}\.\d+\.\d+:\d+`, "g"), "ADDRESS")
        .replaceAll(/\.svc:\d+/g, ".svc:PORT");
}
