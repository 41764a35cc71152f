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

const builtInTypes = ["direct", "fanout", "topic", "headers"] as const;

const type: Kind<ExchangeType> = {
    parse: (raw) =>
        builtInTypes.find((each) => each === raw) ??
        (typeof raw === "string" && raw.startsWith("x-")
            ? (raw as `x-${string}`) // checked in the line before
            : undefined),
    fix: (raw) =>
        suggestName(
            typeof raw === "string" ? raw : "",
            builtInTypes,
            'write "direct", "fanout", "topic" or "headers", or a plugin type, which begins with "x-"',
        ),
    placeholder: "fanout",
};

export function readExchange(raw: unknown, place: string, report: Report): ExchangeDeclaration {
    const options = optionsOf(raw, place, exchangeOptions, report);
    const name = readName(options);
    const alternate = options.optional("alternate", text);
    const args = options.withDefault("arguments", table, {});
    const settings = options.withDefault("settings", table, {});
    if (alternate !== undefined && ("alternate-exchange" in args || "alternate-exchange" in settings)) {
        options.problem('has both "alternate" and "alternate-exchange"', 'keep "alternate"');
    }
    return {
        name,
        type: options.required("type", type),
        ...(alternate !== undefined && { alternate }),
        durable: options.withDefault("durable", flag, true),
        autoDelete: options.withDefault("autoDelete", flag, false),
        internal: options.withDefault("internal", flag, false),
        arguments: args,
        settings,
    };
}

/** Reads the name of an exchange or queue; a name that the broker refuses is a problem. */
export function readName(options: Options): string {
    const name = options.required("name", text);
    const problem = typeof options.raw("name") === "string" ? nameProblem(name) : undefined;
    if (problem !== undefined) {
        options.problem(problem, "choose another name: letters, digits, dots, hyphens and underscores");
    }
    return name;
}
