import { suggestName } from "../../text/names.ts";
import type { ExchangeDeclaration } from "../declaration.ts";
import { direct, type ExchangeInput, topic } from "../exchanges.ts";
import { readExchange } from "./exchange.ts";
import { type KnownNames, predeclaredExchanges } from "./knownNames.ts";
import { namedList } from "./namedList.ts";
import type { Options, Report } from "./options.ts";

/** The exchanges of a virtual host, and those that the compiler adds where they are needed. */
export interface Exchanges {
    readonly exchanges: readonly ExchangeDeclaration[];
    readonly deadLetterExchange: ExchangeDeclaration;
    readonly retryExchange: ExchangeDeclaration;
    /** What a queue, a binding or a service can refer to. */
    readonly known: KnownNames["exchanges"];
}

/** @param deadLetters whether there are work queues, so that the dead-letter exchange exists */
export function readExchanges(
    outer: Options,
    vhost: string,
    deadLetters: boolean,
    report: Report,
): Exchanges {
    const exchanges = namedList(outer, "exchanges", "exchange", (each, place) =>
        readExchange(each, place, report),
    );
    const deadLetterExchange = readAdded(
        outer,
        "deadLetterExchange",
        direct(`${vhost}.dead-letter`),
        exchanges,
        report,
    );
    const retryExchange = readAdded(outer, "retryExchange", topic(`${vhost}.retry`), exchanges, report);
    const referable = [...exchanges, ...(deadLetters ? [deadLetterExchange] : [])];
    const known = new Map([
        ...predeclaredExchanges,
        ...referable.map(({ name, type }) => [name, type] as const),
    ]);
    for (const { name, alternate } of new Set([...exchanges, deadLetterExchange, retryExchange])) {
        if (alternate !== undefined && !known.has(alternate)) {
            report(
                `${outer.place}: exchange "${name}"`,
                `"alternate" is "${alternate}", which is no exchange of this virtual host`,
                suggestName(alternate, [...known.keys()], 'declare it in "exchanges"'),
            );
        }
    }
    return { exchanges, deadLetterExchange, retryExchange, known };
}

/** An exchange that the compiler adds where it is needed: a name, an exchange, or one that is declared with the others. */
function readAdded(
    outer: Options,
    option: "deadLetterExchange" | "retryExchange",
    own: ExchangeInput,
    declared: readonly ExchangeDeclaration[],
    report: Report,
): ExchangeDeclaration {
    const written = outer.written(option) ?? own.name;
    const place = `${outer.place}: ${option}`;
    const read = readExchange(
        typeof written === "string" ? { ...own, name: written } : written,
        place,
        report,
    );
    const other = declared.find(({ name }) => name === read.name);
    if (other !== undefined && typeof written !== "string") {
        report(
            place,
            `exchange "${read.name}" is declared twice`,
            'give only its name here, or remove it from "exchanges"',
        );
    }
    return other ?? read;
}
