import type { ExchangeType } from "../../model/exchange.ts";
import { suggestName } from "../../text/names.ts";
import type { Options } from "./options.ts";

/** The exchanges and queues that a declaration can refer to. */
export interface KnownNames {
    readonly exchanges: ReadonlyMap<string, ExchangeType>;
    readonly queues: ReadonlySet<string>;
}

/** Reports an exchange that is not declared. An invalid name has already been reported. */
export function expectExchange(options: Options, option: string, name: string, known: KnownNames): void {
    if (name !== "" && !known.exchanges.has(name)) {
        const declared = [...known.exchanges.keys()];
        options.problem(
            `"${option}" is "${name}", which is not an exchange of this virtual host`,
            suggestName(name, declared, 'declare it in "exchanges"'),
        );
    }
}

/** Reports a queue that is not declared. */
export function expectQueue(options: Options, option: string, name: string, known: KnownNames): void {
    if (name !== "" && !known.queues.has(name)) {
        options.problem(
            `"${option}" is "${name}", which is not a queue of this virtual host`,
            suggestName(name, [...known.queues], 'declare it in "queues"'),
        );
    }
}

/** Whether the exchange's type routes by the routing key. */
export function routesByKey(exchange: string, known: KnownNames): boolean {
    const type = known.exchanges.get(exchange);
    return type === "direct" || type === "topic";
}
