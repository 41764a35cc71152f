import { bindingKey } from "../../model/binding.ts";
import { quoted } from "../../text/names.ts";
import type { Source } from "../queueDeclaration.ts";
import type { SourceInput } from "../queueInput.ts";
import { list, table, text, texts } from "./kind.ts";
import { expectExchange, type KnownNames, routesByKey } from "./knownNames.ts";
import { unnamedList } from "./namedList.ts";
import type { Options, Report } from "./options.ts";

const sourceOptions: readonly (keyof SourceInput)[] = ["exchange", "key", "keys", "arguments"];

/**
 * The bindings of a queue: `from` is an exchange, whose keys stand beside it, or a list of bindings in full.
 * @param withArguments whether `arguments` beside `from` are those of the binding
 */
export function readSources(
    options: Options,
    known: KnownNames,
    report: Report,
    withArguments: boolean,
): readonly Source[] {
    const from = options.written("from");
    const beside = ["key", "keys", ...(withArguments ? ["arguments"] : [])].filter(options.has);
    if (Array.isArray(from)) {
        if (beside.length > 0) {
            options.problem(
                `has ${quoted(beside, " and ")} beside a list in "from"`,
                "say it in the entries of the list",
            );
        }
        const sources = unnamedList(options, "from", sourceOptions, report, (entry) =>
            sourcesOf(entry, "exchange", known, true),
        ).flat();
        return withoutRepeated(options, sources);
    }
    if (from === undefined) {
        if (beside.length > 0) {
            options.problem(`has ${quoted(beside, " and ")} without "from"`, 'name the exchange in "from"');
        }
        return [];
    }
    if (typeof from !== "string") {
        options.required("from", {
            ...list,
            fix: () => "write the name of an exchange, or a list of bindings",
        });
        return [];
    }
    return withoutRepeated(options, sourcesOf(options, "from", known, withArguments));
}

/** One source for each routing key. */
export function sourcesOf(
    options: Options,
    option: "exchange" | "from",
    known: KnownNames,
    withArguments: boolean,
): readonly Source[] {
    const exchange = options.required(option, text);
    if (exchange === "" && typeof options.written(option) === "string") {
        options.problem(
            `"${option}" is the default exchange, which nothing can be bound to`,
            "every queue gets what is published there with its name as routing key; leave the binding out",
        );
    }
    expectExchange(options, option, exchange, known);
    const args = withArguments ? options.or("arguments", table, {}) : {};
    return readKeys(options, exchange, known).map((routingKey) => ({
        exchange,
        routingKey,
        arguments: args,
    }));
}

function readKeys(options: Options, exchange: string, known: KnownNames): readonly string[] {
    const key = options.optional("key", text);
    const keys = options.optional("keys", texts);
    if (key !== undefined && keys !== undefined) {
        options.problem('has both "key" and "keys"', "keep one of them");
    }
    if (keys?.length === 0) {
        options.problem('"keys" is an empty list', "write at least one routing key");
    }
    return key === undefined ? (keys ?? [missingKey(options, exchange, known)]) : [key];
}

/** The empty routing key, where the exchange does not route by it. */
export function missingKey(options: Options, exchange: string, known: KnownNames): string {
    if (routesByKey(exchange, known)) {
        options.problem('"key" is missing', `write the routing key, by which exchange "${exchange}" routes`);
    }
    return "";
}

function withoutRepeated(options: Options, sources: readonly Source[]): readonly Source[] {
    const seen = new Set<string>();
    for (const { exchange, routingKey, arguments: args } of sources) {
        const identity = bindingKey({
            vhost: "",
            source: exchange,
            destination: "",
            destinationType: "queue",
            routingKey,
            arguments: args,
        });
        if (seen.has(identity)) {
            options.problem(
                `is bound twice to exchange "${exchange}" with key "${routingKey}"`,
                "remove one",
            );
        }
        seen.add(identity);
    }
    return sources;
}
