import type { BindingInput } from "../declare/declarationInput.ts";
import type { QueueInput, SourceInput } from "../declare/queueInput.ts";
import { groupBy } from "../lookup/groups.ts";
import type { Arguments, Binding } from "../model/index.ts";

/** The exchanges that a declaration can refer to, with whether they route by routing key. */
export type ReferableExchanges = ReadonlyMap<string, { readonly routesByKey: boolean }>;

/** A table in a declaration, which leaves out an empty one. */
export function someOf<Name extends string>(name: Name, values: Arguments): Partial<Record<Name, Arguments>> {
    // A computed key widens to string.
    return (Object.keys(values).length === 0 ? {} : { [name]: values }) as Partial<Record<Name, Arguments>>;
}

/** The bindings of a queue: in the short form if they come from one exchange and have no arguments. */
export function sourceOptions(
    bindings: readonly Binding[],
    exchanges: ReferableExchanges,
): Pick<QueueInput, "from" | "key" | "keys"> {
    const sources = sourceInputs(bindings, exchanges);
    const [only] = sources;
    if (sources.length === 1 && only !== undefined && only.arguments === undefined) {
        const { exchange, ...keys } = only;
        return { from: exchange, ...keys };
    }
    return sources.length === 0 ? {} : { from: sources };
}

/** One source for each exchange and each table of arguments. */
function sourceInputs(bindings: readonly Binding[], exchanges: ReferableExchanges): readonly SourceInput[] {
    const groups = groupBy(bindings, (each) => JSON.stringify([each.source, each.arguments]));
    return [...groups.values()].flatMap(([first, ...rest]) =>
        first === undefined
            ? []
            : [
                  {
                      exchange: first.source,
                      ...keyOptions([first, ...rest], exchanges),
                      ...someOf("arguments", first.arguments),
                  },
              ],
    );
}

/** No key where it has no meaning and is empty. */
function keyOptions(
    bindings: readonly Binding[],
    exchanges: ReferableExchanges,
): Pick<SourceInput, "key" | "keys"> {
    const keys = bindings.map(({ routingKey }) => routingKey);
    const [only = ""] = keys;
    if (keys.length > 1) {
        return { keys };
    }
    const isMeaningful = bindings.some(({ source }) => exchanges.get(source)?.routesByKey === true);
    return only === "" && !isMeaningful ? {} : { key: only };
}

/** Bindings that no queue of the declaration has: of other queues and of exchanges. */
export function bindingInputs(
    bindings: readonly Binding[],
    exchanges: ReferableExchanges,
): readonly BindingInput[] {
    const groups = groupBy(bindings, (each) =>
        JSON.stringify([each.source, each.destinationType, each.destination, each.arguments]),
    );
    return [...groups.values()].flatMap(([first, ...rest]) =>
        first === undefined
            ? []
            : [
                  {
                      from: first.source,
                      to:
                          first.destinationType === "queue"
                              ? { queue: first.destination }
                              : { exchange: first.destination },
                      ...keyOptions([first, ...rest], exchanges),
                      ...someOf("arguments", first.arguments),
                  },
              ],
    );
}
