import { bindingKey } from "../model/index.ts";
import type { CompiledVhost } from "./compiledVhost.ts";

/** Objects that would get one name, in sentences: virtual hosts, and what the compiler adds beside what is declared. */
export function collisionsOf(
    vhosts: readonly string[],
    compiled: readonly CompiledVhost[],
): readonly string[] {
    return [
        ...repeated(vhosts).map(
            (vhost) => `vhost "${vhost}": is declared twice; write all of it in one declaration`,
        ),
        ...compiled.flatMap(({ queues, bindings, retries }) => [
            ...repeated(queues.map(({ vhost, name }) => place(vhost, "queue", name))).map(
                (each) =>
                    `${each}: is declared, and would be added for a work queue, too; rename one of the two`,
            ),
            ...repeated(bindings.map(bindingKey)).map((key) => {
                const [vhost = "", source, , destination] = JSON.parse(key) as readonly string[]; // what bindingKey wrote
                return `${place(vhost, "binding", `${source ?? ""} -> ${destination ?? ""}`)}: is declared twice; remove one`;
            }),
            ...retryCollisions(retries),
        ]),
    ];
}

/** Before RabbitMQ 4.3, one exchange takes a message to its waiting time by queue and attempt, and back by the name of its queue. */
function retryCollisions(retries: CompiledVhost["retries"]): readonly string[] {
    const routes = retries.flatMap(({ vhost, queue, route }) =>
        route.mode === "exchange" ? [{ vhost, queue, keys: route.routingKeys }] : [],
    );
    return routes.flatMap(({ vhost, queue }) =>
        routes
            .filter(({ keys }) => keys.includes(queue))
            .map(
                (other) =>
                    `${place(vhost, "queue", queue)}: would receive retries of queue "${other.queue}", whose routing key before RabbitMQ 4.3 is "${queue}", too; rename one of the two`,
            ),
    );
}

function place(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

function repeated(names: readonly string[]): readonly string[] {
    const seen = new Set<string>();
    return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}
