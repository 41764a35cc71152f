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
        ...compiled.flatMap(({ queues, bindings }) => [
            ...repeated(queues.map(({ vhost, name }) => place(vhost, "queue", name))).map(
                (each) =>
                    `${each}: is declared, and would be added for a work queue, too; rename one of the two`,
            ),
            ...repeated(bindings.map(bindingKey)).map((key) => {
                const [vhost = "", source, , destination] = JSON.parse(key) as readonly string[]; // what bindingKey wrote
                return `${place(vhost, "binding", `${source ?? ""} -> ${destination ?? ""}`)}: is declared twice; remove one`;
            }),
        ]),
    ];
}

function place(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

function repeated(names: readonly string[]): readonly string[] {
    const seen = new Set<string>();
    return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}
