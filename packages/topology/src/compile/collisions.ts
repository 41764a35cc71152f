import { bindingKey } from "../model/index.ts";
import type { CompiledVhost } from "./compiledVhost.ts";

/** Messages about objects with the same name: virtual hosts that are declared twice, and queues that are declared and also added by the compiler. */
export function collisionsOf(
    vhosts: readonly string[],
    compiled: readonly CompiledVhost[],
): readonly string[] {
    return [
        ...duplicates(vhosts).map(
            (vhost) => `vhost "${vhost}": is declared twice; merge the two declarations`,
        ),
        ...compiled.flatMap(({ queues, bindings, retries }) => [
            ...duplicates(queues.map(({ vhost, name }) => place(vhost, "queue", name))).map(
                (each) =>
                    `${each}: is declared, but the compiler also adds a queue of this name for a work queue or for replies; rename one of the two`,
            ),
            ...duplicates(bindings.map(bindingKey)).map((key) => {
                const [vhost = "", source, , destination] = JSON.parse(key) as readonly string[]; // the format of bindingKey
                return `${place(vhost, "binding", `${source ?? ""} -> ${destination ?? ""}`)}: is declared twice; remove one`;
            }),
            ...retryCollisions(retries),
        ]),
    ];
}

/** Before RabbitMQ 4.3, the retry exchange routes to delay queues by queue name and attempt, and back by queue name, so these keys can collide. */
function retryCollisions(retries: CompiledVhost["retries"]): readonly string[] {
    const routes = retries.flatMap(({ vhost, queue, route }) =>
        route.mode === "exchange" ? [{ vhost, queue, keys: route.routingKeys }] : [],
    );
    return routes.flatMap(({ vhost, queue }) =>
        routes
            .filter(({ keys }) => keys.includes(queue))
            .map(
                (other) =>
                    `${place(vhost, "queue", queue)}: would receive retries of queue "${other.queue}", whose retry routing key before RabbitMQ 4.3 is also "${queue}"; rename one of the two`,
            ),
    );
}

function place(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

function duplicates(names: readonly string[]): readonly string[] {
    const seen = new Set<string>();
    return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}
