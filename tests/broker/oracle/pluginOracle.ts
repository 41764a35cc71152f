import { binding, exchange, queue, type Topology } from "@spot-messaging/topology";
import { type RoutedMessage, type Routing, routes } from "@spot-messaging/topology/broker";
import { inVhost, type OracleBroker } from "./broker.ts";
import { topologyIn } from "./declared.ts";
import { arrivals, type Mismatch } from "./routingOracle.ts";
import type { RoutingPlan } from "./routingPlan.ts";

const plannedVhost = "v";

/** The plugins of RabbitMQ with exchange types whose routing the model knows. */
export const exchangePlugins = [
    "rabbitmq_consistent_hash_exchange",
    "rabbitmq_random_exchange",
    "rabbitmq_recent_history_exchange",
    "rabbitmq_sharding",
];

/** Declares the plan, publishes its messages, and compares where each arrives with every way that the exchanges may choose. */
export async function checkPluginRouting(
    broker: OracleBroker,
    plan: RoutingPlan,
): Promise<{ readonly mismatches: readonly Mismatch[]; readonly choices: number }> {
    const topology = topologyIn(plannedVhost, broker, plan.topology);
    const arrived = await inVhost(broker, (vhost) => arrivals(broker, vhost, topology, plan));
    const route = routes(topology);
    let choices = 0;
    const mismatches = plan.probes.flatMap((probe, index) => {
        const message = { vhost: plannedVhost, ...probe };
        const routing = route(message);
        const ways = possibleRoutes(topology, message, routing);
        const upperBound = ways.flat().every((name) => routing.queues.includes(name));
        choices += routing.choices.length > 0 ? 1 : 0;
        const found = arrived[index] ?? [];
        const agrees = ways.some(
            (queues) => JSON.stringify(found) === JSON.stringify(queues.length > 0 ? queues : ["returned"]),
        );
        return agrees && upperBound ? [] : [{ question: probe, model: ways, broker: found }];
    });
    return { mismatches, choices };
}

/** The queues for every way in which the exchanges of a message's route may choose their destinations. */
function possibleRoutes(
    topology: Topology,
    message: RoutedMessage,
    { choices, queues }: Routing,
): readonly (readonly string[])[] {
    const [choice] = choices;
    if (choice === undefined) {
        return [queues];
    }
    return choice.to.flatMap((to) => {
        const isOther = ({ source, destination, destinationType }: Topology["bindings"][number]): boolean =>
            source === choice.exchange && !(destination === to.name && destinationType === to.kind);
        const resolved = { ...topology, bindings: topology.bindings.filter((each) => !isOther(each)) };
        return possibleRoutes(resolved, message, routes(resolved)(message));
    });
}

/** How many messages each of three queues receives from an exchange that chooses one, by its type. */
export async function distribution(
    broker: OracleBroker,
    count: number,
): Promise<Readonly<Record<string, readonly number[]>>> {
    const types = ["x-consistent-hash", "x-random", "x-modulus-hash", "x-local-random"] as const;
    const names = ["a", "b", "c"];
    const topology = topologyIn(plannedVhost, broker, {
        exchanges: types.map((type) => exchange(plannedVhost, type, type)),
        queues: types.flatMap((type) =>
            names.map((name) => queue(plannedVhost, `${type} ${name}`, "classic")),
        ),
        bindings: types.flatMap((type) =>
            names.map((name, index) =>
                binding(
                    plannedVhost,
                    type,
                    `${type} ${name}`,
                    type === "x-consistent-hash" ? String(10 ** index) : "",
                ),
            ),
        ),
    });
    const probes = types.flatMap((type) =>
        Array.from({ length: count }, (_, index) => ({
            exchange: type,
            routingKey: `key ${index}`,
            headers: {},
        })),
    );
    const arrived = await inVhost(broker, (vhost) => arrivals(broker, vhost, topology, { topology, probes }));
    return Object.fromEntries(
        types.map((type) => [
            type,
            names.map((name) => arrived.flat().filter((each) => each === `${type} ${name}`).length),
        ]),
    );
}
