import type { ExchangeType } from "../../model/exchange.ts";
import { nameProblem } from "../../text/nameProblem.ts";
import { suggestName } from "../../text/names.ts";
import type { ExchangeDeclaration } from "../declaration.ts";
import type { ExchangeInput } from "../exchanges.ts";
import { flag, type Kind, table, text } from "./kind.ts";
import { type Options, optionsOf, type Report } from "./options.ts";

const exchangeOptions: readonly (keyof ExchangeInput)[] = [
    "name",
    "type",
    "alternate",
    "durable",
    "autoDelete",
    "internal",
    "arguments",
    "settings",
];

const ownTypes = ["direct", "fanout", "topic", "headers"] as const;

const type: Kind<ExchangeType> = {
    parse: (written) =>
        ownTypes.find((each) => each === written) ??
        (typeof written === "string" && written.startsWith("x-")
            ? (written as `x-${string}`) // tested in the line before
            : undefined),
    fix: (written) =>
        suggestName(
            typeof written === "string" ? written : "",
            ownTypes,
            'write "direct", "fanout", "topic" or "headers", or a type of a plugin, which begins with "x-"',
        ),
    harmless: "fanout",
};

export function readExchange(written: unknown, place: string, report: Report): ExchangeDeclaration {
    const options = optionsOf(written, place, exchangeOptions, report);
    const name = readName(options);
    const alternate = options.optional("alternate", text);
    const args = options.or("arguments", table, {});
    const settings = options.or("settings", table, {});
    if (alternate !== undefined && ("alternate-exchange" in args || "alternate-exchange" in settings)) {
        options.problem('has both "alternate" and "alternate-exchange"', 'keep "alternate"');
    }
    return {
        name,
        type: options.required("type", type),
        ...(alternate !== undefined && { alternate }),
        durable: options.or("durable", flag, true),
        autoDelete: options.or("autoDelete", flag, false),
        internal: options.or("internal", flag, false),
        arguments: args,
        settings,
    };
}

/** The name of an exchange or queue, which the broker must take. */
export function readName(options: Options): string {
    const name = options.required("name", text);
    const problem = typeof options.written("name") === "string" ? nameProblem(name) : undefined;
    if (problem !== undefined) {
        options.problem(problem, "choose another name: letters, digits, dots, hyphens and underscores");
    }
    return name;
}
