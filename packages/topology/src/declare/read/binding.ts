import { type Binding, bindingKey, type DestinationType } from "../../model/binding.ts";
import type { BindingInput } from "../declarationInput.ts";
import { text } from "./kind.ts";
import { expectExchange, expectQueue, type KnownNames } from "./knownNames.ts";
import { unnamedList } from "./namedList.ts";
import type { Options, Report } from "./options.ts";
import { sourcesOf } from "./sources.ts";

const bindingOptions: readonly (keyof BindingInput)[] = ["from", "to", "key", "keys", "arguments"];

/** Reads the list `bindings`; a duplicate is a problem. */
export function readBindings(
    outer: Options,
    vhost: string,
    known: KnownNames,
    report: Report,
): readonly Binding[] {
    const seen = new Set<string>();
    return unnamedList(outer, "bindings", bindingOptions, report, (options) => {
        const target = readTarget(options, known);
        const bindings = sourcesOf(options, "from", known, true).map(
            ({ exchange, routingKey, arguments: args }): Binding => ({
                vhost,
                source: exchange,
                ...target,
                routingKey,
                arguments: args,
            }),
        );
        for (const each of bindings) {
            if (seen.has(bindingKey(each))) {
                options.problem("is a duplicate of a binding in this list", "remove it");
            }
            seen.add(bindingKey(each));
        }
        return bindings;
    }).flat();
}

function readTarget(
    options: Options,
    known: KnownNames,
): { readonly destination: string; readonly destinationType: DestinationType } {
    const target = options.inner("to", ["exchange", "queue"]);
    if (target.has("exchange") === target.has("queue")) {
        options.problem('"to" must name one target', 'write { exchange: "name" } or { queue: "name" }');
        return { destination: "", destinationType: "queue" };
    }
    if (target.has("exchange")) {
        const destination = target.required("exchange", text);
        expectExchange(target, "to.exchange", destination, known);
        return { destination, destinationType: "exchange" };
    }
    const destination = target.required("queue", text);
    expectQueue(target, "to.queue", destination, known);
    return { destination, destinationType: "queue" };
}
