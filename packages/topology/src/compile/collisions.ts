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
        ...compiled.flatMap(({ queues, bindings }) => [
            ...duplicates(queues.map(({ vhost, name }) => place(vhost, "queue", name))).map(
                (each) =>
                    `${each}: is declared, but the compiler also adds a queue of this name for a work queue; rename one of the two`,
            ),
            ...duplicates(bindings.map(bindingKey)).map((key) => {
                const [vhost = "", source, , destination] = JSON.parse(key) as readonly string[]; // the format of bindingKey
                return `${place(vhost, "binding", `${source ?? ""} -> ${destination ?? ""}`)}: is declared twice; remove one`;
            }),
        ]),
    ];
}

function place(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

function duplicates(names: readonly string[]): readonly string[] {
    const seen = new Set<string>();
    return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}
