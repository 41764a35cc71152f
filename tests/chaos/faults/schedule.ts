import type { Random } from "../random.ts";
import { deletedBinding } from "./brokerFaults.ts";
import { cut, kill, killAll, outage, pause, restart } from "./containerFaults.ts";
import type { Fault, FaultKind } from "./fault.ts";
import { fullDisk, restartWhileMigrating } from "./stateFaults.ts";

/** The parts of a plant, for which faults exist. */
export interface Parts {
    /** The services, each with its number of replicas. */
    readonly services: Readonly<Record<string, number>>;
    readonly nodes: number;
    /** Queues whose binding can be deleted without a loss, because their exchange has an alternate exchange and no other queue takes the key. */
    readonly queues: readonly string[];
}

/** How long a fault lasts: in a short run 4 to 6 seconds, otherwise up to 20. */
function hold(random: Random, isShort: boolean): number {
    return 1_000 * (isShort ? random.between(4, 6) : random.between(3, 20));
}

/** Every fault of every part. */
export function allFaults(
    { services, nodes, queues }: Parts,
    random: Random,
    isShort: boolean,
): readonly Fault[] {
    const time = (): number => hold(random, isShort);
    const replicas = Object.entries(services).flatMap(([service, count]) =>
        Array.from({ length: count }, (_, index) => `${service}-${index}`),
    );
    const brokers = Array.from({ length: nodes }, (_, index) => `rabbitmq-${index}`);
    const others = ["database", "object store"];
    return [
        ...replicas.map((name) => kill(name, "service", time())),
        ...brokers.map((name) => kill(name, "node", time())),
        ...others.map((name) => kill(name, "store", time())),
        ...Object.entries(services).map(([service, count]) => killAll(service, count, time())),
        ...[...brokers, "database"].map(restart),
        ...replicas.map((name) => pause(name, "service", time())),
        ...brokers.map((name) => pause(name, "other", time())),
        ...[...others, "mail server and webhook"].map((name) => pause(name, "other", time())),
        ...replicas.map((name) => cut(name, "service", time())),
        ...brokers.map((name) => cut(name, "node or store", time())),
        ...others.map((name) => cut(name, "node or store", time())),
        fullDisk(time()),
        ...queues.map((queue) => deletedBinding(queue, time())),
        outage(time()),
        ...Object.entries(services)
            .filter(([service]) => service in schemas)
            .map(([service, count]) =>
                restartWhileMigrating(service, schemas[service] ?? "", count, 5_000 + time()),
            ),
    ];
}

const schemas: Readonly<Record<string, string>> = {
    gateway: "gateway",
    "analyzer-orchestrator": "analyzer_orchestrator",
    "result-processor": "result_processor",
    notifier: "notifier",
};

/**
 * The faults of a run in their order: one of each group in a short run, otherwise all, and again from the start.
 * @param kinds - the kinds to choose from
 */
export function* schedule(
    parts: Parts,
    random: Random,
    kinds: readonly FaultKind[],
    isShort: boolean,
): Generator<Fault> {
    for (;;) {
        const all = random
            .shuffle(allFaults(parts, random, isShort))
            .filter(({ kind }) => kinds.includes(kind));
        yield* isShort ? firstOfEachGroup(all) : all;
        if (isShort || all.length === 0) {
            return;
        }
    }
}

function firstOfEachGroup(faults: readonly Fault[]): readonly Fault[] {
    const groups = new Map<string, Fault>();
    for (const each of faults) {
        if (!groups.has(each.group)) {
            groups.set(each.group, each);
        }
    }
    return [...groups.values()];
}
