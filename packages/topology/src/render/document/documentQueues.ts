import { groupBy } from "../../lookup/groups.ts";
import type { Queue, Topology } from "../../model/index.ts";
import { identities } from "../../review/compare/canonical.ts";
import { compareText } from "../../text/names.ts";
import { code, codes, plain, table } from "../markdown.ts";
import { nameIn } from "./naming.ts";
import { type QueueFacts, queueFacts } from "./queueFacts.ts";

/** The queues, grouped by the services that read them. */
export function queueParts(topology: Topology): readonly string[] {
    const factsOf = queueFacts(topology);
    const byReader = groupBy(topology.queues, readersOf(topology));
    return [...byReader]
        .sort(([a], [b]) => compareText(a, b))
        .flatMap(([readBy, queues]) => [
            `### ${readBy}`,
            "",
            ...table(
                [
                    "queue",
                    "kind",
                    "limit",
                    "TTL",
                    "attempts",
                    "dead letters",
                    "priorities",
                    "consumer timeout",
                ],
                queues.map((each) => row(topology, each, factsOf(each))),
            ),
        ]);
}

function readersOf(topology: Topology): (queue: Queue) => string {
    const named = (kind: "consumes" | "inspects"): ReadonlyMap<string, readonly string[]> => {
        const names = new Map<string, string[]>();
        for (const service of topology.services) {
            const read = kind === "consumes" ? service.consumes.map(({ queue }) => queue) : service.inspects;
            for (const name of new Set(read)) {
                const key = identities.queues({ vhost: service.vhost, name });
                names.set(key, [...(names.get(key) ?? []), service.name]);
            }
        }
        return names;
    };
    const consumers = named("consumes");
    const inspectors = named("inspects");
    return (queue) => {
        const key = identities.queues(queue);
        const [consuming, inspecting] = [consumers.get(key), inspectors.get(key)];
        if (consuming !== undefined) {
            return `Consumed by ${consuming.map(plain).join(", ")}`;
        }
        if (inspecting !== undefined) {
            return `Inspected by ${inspecting.map(plain).join(", ")}`;
        }
        return queue.purpose === "delay" ? "Delay queues for retries" : "Without known consumers";
    };
}

function row(topology: Topology, queue: Queue, facts: QueueFacts): readonly string[] {
    const {
        bound = "",
        whenFull,
        ttl = "",
        retry,
        deliveries,
        priorities = "",
        consumerTimeout = "",
    } = facts;
    return [
        code(nameIn(topology, queue)),
        kindOf(queue),
        whenFull === undefined ? bound : `${bound}; then ${whenFull}`,
        queue.type === "stream" && ttl !== "" ? `${ttl} (retention of whole segments)` : ttl,
        retry ?? (deliveries === undefined ? "" : `${deliveries} by redelivery`),
        deadLetters(facts),
        priorities,
        consumerTimeout,
    ];
}

function kindOf({ type, purpose, durable, autoDelete, retain }: Queue): string {
    return [
        type,
        ...(purpose === undefined ? [] : [purpose]),
        ...(durable ? [] : ["not durable"]),
        ...(autoDelete ? ["auto-delete"] : []),
        ...(retain ? ["protected"] : []),
    ].join(", ");
}

function deadLetters({ deadLetters: hop }: QueueFacts): string {
    if (hop === undefined) {
        return "";
    }
    const exchange = hop.exchange === "" ? "default exchange" : code(hop.exchange);
    return `${exchange} → ${hop.queues.length === 0 ? "nowhere" : codes(hop.queues)}`;
}
