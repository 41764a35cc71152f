import type { Declaration } from "./declaration.ts";
import { DeclarationError } from "./declarationError.ts";
import type { DeclarationInput } from "./declarationInput.ts";
import { deadLetterQueueOf } from "./queueDeclaration.ts";
import { readBindings } from "./read/binding.ts";
import { readDefaults } from "./read/defaults.ts";
import { readExchanges } from "./read/exchanges.ts";
import { flag, isTable, text } from "./read/kind.ts";
import { namedList } from "./read/namedList.ts";
import { type Options, optionsOf, type Report } from "./read/options.ts";
import { readQueue } from "./read/queue.ts";
import { readService } from "./read/service.ts";

const declarationOptions: readonly (keyof DeclarationInput)[] = [
    "vhost",
    "exchanges",
    "queues",
    "bindings",
    "services",
    "defaults",
    "caps",
    "deadLetterExchange",
    "retryExchange",
    "replyExchange",
];

/**
 * Reads one virtual host from plain data: fills in defaults and expands shorthands. The data can come from JSON or YAML, so all types are
 * validated.
 * @throws DeclarationError `vhost "shop": queue "orders": unknown option "deadlin"; did you mean "deadline"?`
 */
export function declare(input: DeclarationInput): Declaration {
    const problems: string[] = [];
    const declaration = readDeclaration(input, (place, message, fix) => {
        problems.push(`${place}: ${message}; ${fix}`);
    });
    if (problems.length > 0) {
        throw new DeclarationError(problems);
    }
    return declaration;
}

function readDeclaration(input: unknown, report: Report): Declaration {
    const raw = isTable(input) ? input["vhost"] : undefined;
    const place = typeof raw === "string" ? `vhost "${raw}"` : "declaration";
    const options = optionsOf(input, place, declarationOptions, report);
    const vhost = options.required("vhost", text);
    if (raw === "") {
        options.problem('"vhost" is empty', "write the name of the virtual host");
    }
    const defaults = readDefaults(options);
    const names = queueNames(options);
    const { known: exchangeTypes, ...exchanges } = readExchanges(
        options,
        vhost,
        names.deadLetters.length > 0,
        report,
    );
    const known = { exchanges: exchangeTypes, queues: new Set([...names.declared, ...names.deadLetters]) };
    const queues = namedList(options, "queues", "queue", (each, at) =>
        readQueue(each, at, { defaults, known, report }),
    );
    const context = {
        vhost,
        known,
        report,
        queues: new Map(queues.map((each) => [each.name, each])),
        jobLimit: defaults.jobLimit,
    };
    return {
        vhost,
        ...exchanges,
        queues,
        bindings: readBindings(options, vhost, known, report),
        services: namedList(options, "services", "service", (each, at) => readService(each, at, context)),
        caps: options.withDefault("caps", flag, true),
    };
}

/** The names of the queues, and of the dead-letter queues of work queues, before the queues themselves are read. */
function queueNames(options: Options): { readonly declared: string[]; readonly deadLetters: string[] } {
    const queues = options.raw("queues");
    const named = (Array.isArray(queues) ? queues : []).flatMap((each: unknown) =>
        isTable(each) && typeof each["name"] === "string"
            ? [{ name: each["name"], purpose: each["purpose"] }]
            : [],
    );
    return {
        declared: named.map(({ name }) => name),
        deadLetters: named
            .filter(({ purpose }) => purpose === "work")
            .map(({ name }) => deadLetterQueueOf(name)),
    };
}
