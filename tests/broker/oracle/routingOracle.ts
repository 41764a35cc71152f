import type { Binding, Topology } from "@spot-messaging/topology";
import { routes } from "@spot-messaging/topology/broker";
import type { Channel } from "amqplib";
import { inVhost, type OracleBroker } from "./broker.ts";
import { declare, topologyIn } from "./declared.ts";
import type { RoutingPlan } from "./routingPlan.ts";

/** A message whose queues differ from those of the model. */
export interface Mismatch {
    readonly question: unknown;
    readonly model: unknown;
    readonly broker: unknown;
}

/** The virtual host of a plan's objects; on the broker it has another name. */
const plannedVhost = "v";

/** Declares the plan, publishes its messages, and compares the queues of each, or that it was returned, with the model's answer. */
export async function checkRouting(broker: OracleBroker, plan: RoutingPlan): Promise<readonly Mismatch[]> {
    const topology = topologyIn(plannedVhost, broker, plan.topology);
    const arrived = await inVhost(broker, (vhost) => arrivals(broker, vhost, topology, plan));
    const route = routes(topology);
    return plan.probes.flatMap((probe, index) => {
        const { queues, paths } = route({ vhost: plannedVhost, ...probe });
        const ends = paths.map(({ hops }) => hops.at(-1)?.to.name);
        const found = arrived[index] ?? [];
        const agrees = JSON.stringify(found) === JSON.stringify(queues.length > 0 ? queues : ["returned"]);
        return agrees && JSON.stringify(ends) === JSON.stringify(queues)
            ? []
            : [{ question: probe, model: queues, broker: found }];
    });
}

/** By message: the queues that hold it, or "returned". */
export async function arrivals(
    broker: OracleBroker,
    vhost: string,
    topology: Topology,
    { probes }: RoutingPlan,
): Promise<readonly (readonly string[])[]> {
    const isImportable = (each: Binding): boolean => !Object.values(each.arguments).includes(null);
    await declare(broker, vhost, { ...topology, bindings: topology.bindings.filter(isImportable) });
    const connection = await broker.connect(vhost);
    try {
        const arrived = probes.map((): string[] => []);
        const note = (content: Buffer, where: string): void => {
            arrived[Number(content.toString())]?.push(where);
        };
        const channel = await connection.createConfirmChannel();
        for (const each of topology.bindings.filter((some) => !isImportable(some))) {
            await bind(channel, each);
        }
        channel.on("return", ({ content }: { readonly content: Buffer }) => {
            note(content, "returned");
        });
        for (const [index, { exchange, routingKey, headers }] of probes.entries()) {
            const { CC, BCC, ...rest } = headers;
            channel.publish(exchange, routingKey, Buffer.from(String(index)), {
                mandatory: true,
                headers: rest,
                ...(Array.isArray(CC) && { CC: CC.map(String) }),
                ...(Array.isArray(BCC) && { BCC: BCC.map(String) }),
            });
        }
        await channel.waitForConfirms();
        for (const { name } of topology.queues) {
            await take(channel, name, (content) => {
                note(content, name);
            });
        }
        return arrived.map((places) => places.sort());
    } finally {
        await connection.close();
    }
}

/** Binds over AMQP, which has a void value; JSON's null is refused (400, `null_not_allowed`). */
async function bind(channel: Channel, each: Binding): Promise<void> {
    const { source, destination, destinationType, routingKey, arguments: args } = each;
    if (destinationType === "queue") {
        await channel.bindQueue(destination, source, routingKey, args);
    } else {
        await channel.bindExchange(destination, source, routingKey, args);
    }
}

/** Consumes everything that a queue holds now. */
export async function take(channel: Channel, queue: string, use: (content: Buffer) => void): Promise<void> {
    let { messageCount: left } = await channel.checkQueue(queue);
    if (left === 0) {
        return;
    }
    await new Promise<void>((resolve, reject) => {
        const consumerTag = `take ${queue}`;
        const consume = (message: { readonly content: Buffer } | null): void => {
            if (message === null) {
                reject(new Error(`queue "${queue}" went away while it was read`));
                return;
            }
            use(message.content);
            left -= 1;
            if (left === 0) {
                channel.cancel(consumerTag).then(() => {
                    resolve();
                }, reject);
            }
        };
        channel.consume(queue, consume, { noAck: true, consumerTag }).catch(reject);
    });
}
