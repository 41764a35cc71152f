import process from "node:process";
import { vi } from "vitest";
import { Brokers } from "../../../packages/local/src/brokers.ts";
import type { LocalEvent } from "../../../packages/local/src/event.ts";
import { executeRegistrations } from "../../../packages/local/src/registrations.ts";
import { type Access, parseAccess } from "../../../src/cli/access.ts";
import { projectName } from "../../../src/cli/project.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";
import { certificateType, type Declaration, type Memory, programHandlers } from "./programHandlers.ts";

/** What one run of the program left. */
export interface Declared {
    readonly access: Access;
    /** In the order in which they were applied. */
    readonly objects: readonly KubernetesObject[];
}

/**
 * The prod stack on a real cluster without an engine. It executes the program's registrations in the order of their dependencies, with the
 * waits of the engine's provider. A later run applies what changed, and deletes what is no longer declared.
 */
export class ProdStack {
    readonly #cluster: Cluster;
    readonly #memory: Memory = new Map();
    readonly #onEvent: (event: LocalEvent) => void;
    #declarations: readonly Declaration[] = [];

    constructor(cluster: Cluster, onEvent: (event: LocalEvent) => void) {
        this.#cluster = cluster;
        this.#onEvent = onEvent;
    }

    /** Lets the next run sign new certificates, as the engine does some months before they expire. The authorities stay. */
    expireCertificates(): void {
        for (const key of this.#memory.keys()) {
            if (key.startsWith(`${certificateType} `)) {
                this.#memory.delete(key);
            }
        }
    }

    /** Runs the program with these values. @throws LocalRunError with what did not become ready */
    async up(values: RawConfig, signal?: AbortSignal): Promise<Declared> {
        const { client, docker, kubeconfigFile } = this.#cluster;
        const config = Object.fromEntries(
            Object.entries(values).map(([key, value]) => [`${projectName}:${key}`, value]),
        );
        const declarations: Declaration[] = [];
        const stack = "prod";
        // A program runs when it is imported, and a module only once.
        vi.resetModules();
        process.env["KUBECONFIG"] = kubeconfigFile;
        const { outputs } = await executeRegistrations({
            program: () => import("../../../src/index.ts"),
            handlers: programHandlers(client, this.#memory, (each) => declarations.push(each)),
            context: { project: projectName, stack, config, docker, brokers: new Brokers(), labels: {} },
            // The broker's volumes, its nodes, and their first election.
            idleMs: 300_000,
            onEvent: this.#onEvent,
            signal,
        });
        const kept = new Set(declarations.map(({ key }) => key));
        for (const { remove } of this.#declarations.toReversed().filter(({ key }) => !kept.has(key))) {
            await remove();
        }
        this.#declarations = declarations;
        return {
            access: parseAccess(outputs),
            objects: declarations.flatMap(({ object }) => (object === undefined ? [] : [object])),
        };
    }
}
