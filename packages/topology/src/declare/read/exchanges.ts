import { builtInExchanges } from "../../model/builtInExchange.ts";
import { suggestName } from "../../text/names.ts";
import type { ExchangeDeclaration } from "../declaration.ts";
import { type ExchangeInput, topic } from "../exchanges.ts";
import { readExchange } from "./exchange.ts";
import type { KnownNames } from "./knownNames.ts";
import { namedList } from "./namedList.ts";
import type { Options, Report } from "./options.ts";

/** The exchanges of a virtual host, and the ones that the compiler adds if they are needed. */
export interface Exchanges {
    readonly exchanges: readonly ExchangeDeclaration[];
    readonly deadLetterExchange: ExchangeDeclaration;
    readonly retryExchange: ExchangeDeclaration;
    readonly replyExchange: ExchangeDeclaration;
    /** The exchanges that a queue, a binding or a service can refer to. */
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
        topic(`${vhost}.dead-letter`),
        exchanges,
        report,
    );
    const retryExchange = readAdded(outer, "retryExchange", topic(`${vhost}.retry`), exchanges, report);
    const replyExchange = readAdded(outer, "replyExchange", topic(`${vhost}.replies`), exchanges, report);
    if (replyExchange.type !== "topic" && replyExchange.name !== "") {
        report(
            `${outer.place}: replyExchange`,
            `exchange "${replyExchange.name}" has the type "${replyExchange.type}"`,
            "make it a topic exchange: only there can a permission limit the callers that a service replies to",
        );
    }
    const available = [...exchanges, ...(deadLetters ? [deadLetterExchange] : [])];
    const known = new Map([
        ...[...builtInExchanges].flatMap(([name, { type }]) => (name === "" ? [] : [[name, type] as const])),
        ...available.map(({ name, type }) => [name, type] as const),
    ]);
    for (const { name, alternate } of new Set([
        ...exchanges,
        deadLetterExchange,
        retryExchange,
        replyExchange,
    ])) {
        if (alternate !== undefined && !known.has(alternate)) {
            report(
                `${outer.place}: exchange "${name}"`,
                `"alternate" is "${alternate}", which is not an exchange of this virtual host`,
                suggestName(
                    alternate,
                    [...known.keys()].filter((each) => each !== name),
                    'declare it in "exchanges"',
                ),
            );
        }
    }
    return { exchanges, deadLetterExchange, retryExchange, replyExchange, known };
}

/** Reads an exchange that the compiler adds: a name, a full declaration, or the name of a declared exchange. */
function readAdded(
    outer: Options,
    option: "deadLetterExchange" | "retryExchange" | "replyExchange",
    defaults: ExchangeInput,
    declared: readonly ExchangeDeclaration[],
    report: Report,
): ExchangeDeclaration {
    const raw = outer.raw(option) ?? defaults.name;
    const place = `${outer.place}: ${option}`;
    const read = readExchange(typeof raw === "string" ? { ...defaults, name: raw } : raw, place, report);
    const duplicate = declared.find(({ name }) => name === read.name);
    if (duplicate !== undefined && typeof raw !== "string") {
        report(
            place,
            `exchange "${read.name}" is declared twice`,
            'write only its name here, or remove it from "exchanges"',
        );
    }
    return duplicate ?? read;
}
