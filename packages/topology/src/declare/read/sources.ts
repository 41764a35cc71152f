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
 * Reads the bindings of a queue: `from` is an exchange, with its routing keys in `key` or `keys`, or a list of bindings.
 * @param withArguments whether the option `arguments` belongs to the binding
 */
export function readSources(
    options: Options,
    known: KnownNames,
    report: Report,
    withArguments: boolean,
): readonly Source[] {
    const from = options.raw("from");
    const shorthands = ["key", "keys", ...(withArguments ? ["arguments"] : [])].filter(options.has);
    if (Array.isArray(from)) {
        if (shorthands.length > 0) {
            options.problem(
                `has ${quoted(shorthands, " and ")} in addition to a list in "from"`,
                "move it to the entries of the list",
            );
        }
        const sources = unnamedList(options, "from", sourceOptions, report, (entry) =>
            sourcesOf(entry, "exchange", known, true),
        ).flat();
        return reportDuplicates(options, sources);
    }
    if (from === undefined) {
        if (shorthands.length > 0) {
            options.problem(
                `has ${quoted(shorthands, " and ")} without "from"`,
                'write the exchange in "from"',
            );
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
    return reportDuplicates(options, sourcesOf(options, "from", known, withArguments));
}

/** One source for each routing key. */
export function sourcesOf(
    options: Options,
    option: "exchange" | "from",
    known: KnownNames,
    withArguments: boolean,
): readonly Source[] {
    const exchange = options.required(option, text);
    if (exchange === "" && typeof options.raw(option) === "string") {
        options.problem(
            `"${option}" is the default exchange, which nothing can be bound to`,
            "remove the binding: the default exchange routes to every queue by its name",
        );
    }
    expectExchange(options, option, exchange, known);
    const args = withArguments ? options.withDefault("arguments", table, {}) : {};
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

/** Returns the empty routing key; reports a problem if the exchange routes by routing key. */
export function missingKey(options: Options, exchange: string, known: KnownNames): string {
    if (routesByKey(exchange, known)) {
        options.problem('"key" is missing', `write the routing key, by which exchange "${exchange}" routes`);
    }
    return "";
}

function reportDuplicates(options: Options, sources: readonly Source[]): readonly Source[] {
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
                `is bound twice to exchange "${exchange}" with routing key "${routingKey}"`,
                "remove one",
            );
        }
        seen.add(identity);
    }
    return sources;
}
