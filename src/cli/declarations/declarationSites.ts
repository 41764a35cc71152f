import * as names from "../../topology/names.ts";

/** A line that declares one object, or several objects with computed names. */
export interface DeclarationSite {
    readonly kind: DeclaredKind;
    /** Matches the names that the line declares. */
    readonly pattern: RegExp;
    readonly line: number;
    /** The line of the service that a message or a subscription is written in. @default - it is shared by several services */
    readonly serviceLine?: number;
}

/** An object is an exchange or a queue; a message is what a service publishes or calls; a subscription has the name of its queue. */
export type DeclaredKind = "vhost" | "service" | "object" | "message" | "subscription" | "consumedMessage";

const constructors = [
    "service",
    ...["publish", "call", "consume"],
    ...["topic", "fanout", "direct", "headers", "exchange"],
    ...["work", "requests", "transient", "commands", "parking", "plain"],
];

/** A string, a template, a constant, or a function call with simple arguments. */
const expression = /"[^"]*"|`[^`]*`|[A-Za-z_][\w.]*(?:\([^()]*\))?/u.source;

const site = new RegExp(
    `\\b(?:(?<constructor>${constructors.join("|")})\\(|(?<setting>vhost):)\\s*(?<name>${expression})`,
    "gu",
);

/** By the word that declares it; all others declare an object. */
const kinds: Readonly<Record<string, DeclaredKind>> = {
    vhost: "vhost",
    service: "service",
    publish: "message",
    call: "message",
    consume: "subscription",
};

/** Finds the declarations in the text of a source file. */
export function declarationSites(text: string): readonly DeclarationSite[] {
    const lineOf = (index: number): number => text.slice(0, index).split("\n").length;
    const services = [...text.matchAll(/\bservice\(/gu)].map(({ index }) => ({
        start: index,
        end: endOfCall(text, index),
        line: lineOf(index),
    }));
    return [...text.matchAll(site)].flatMap(({ groups, index }): readonly DeclarationSite[] => {
        const kind = kinds[groups?.["constructor"] ?? groups?.["setting"] ?? ""] ?? "object";
        const line = lineOf(index);
        if (kind === "message" || kind === "subscription") {
            const serviceLine = services.find(({ start, end }) => start < index && index < end)?.line;
            const place = { line, ...(serviceLine !== undefined && { serviceLine }) };
            const message = /\bmessage: ("[^"]*"|\w+)/u.exec(text.slice(index, endOfCall(text, index)))?.[1];
            return [
                { kind, pattern: patternOf(groups?.["name"] ?? "", text), ...place },
                ...(kind === "subscription" && message !== undefined
                    ? [{ kind: "consumedMessage" as const, pattern: patternOf(message, text), ...place }]
                    : []),
            ];
        }
        const pattern = namePattern(groups?.["name"] ?? "", text);
        return pattern === undefined || pattern === anyName
            ? []
            : [{ kind, pattern: new RegExp(`^${pattern}$`, "u"), line }];
    });
}

/** A name inside a service may be anything that is not known: there are few to choose from. */
function patternOf(code: string, text: string): RegExp {
    return new RegExp(`^${namePattern(code, text) ?? anyName}$`, "u");
}

/** Where the parenthesis closes that opens first behind a place. */
function endOfCall(text: string, start: number): number {
    let depth = 0;
    for (let index = text.indexOf("(", start); index < text.length; index++) {
        depth += text[index] === "(" ? 1 : text[index] === ")" ? -1 : 0;
        if (depth === 0) {
            return index;
        }
    }
    return text.length;
}

/** Values of a parameter: names of analyzers and services. */
const anyName = ".+";

/** The maximum depth of constants that refer to each other. */
const maxDepth = 5;

/** The source of a regular expression that matches the values of an expression; `undefined` if they are unknown. */
function namePattern(code: string, text: string, depth = 0): string | undefined {
    if (depth > maxDepth) {
        return undefined;
    }
    if (code.startsWith('"')) {
        return escaped(code.slice(1, -1));
    }
    if (code.startsWith("`")) {
        return code
            .slice(1, -1)
            .split(/\$\{([^}]*)\}/u)
            .map((part, index) =>
                index % 2 === 0 ? escaped(part) : (namePattern(part, text, depth + 1) ?? anyName),
            )
            .join("");
    }
    const [path = ""] = code.split("(");
    return sharedName(path.split(".")) ?? localName(path.split(".").at(-1) ?? "", text, depth);
}

/** A constant of names.ts, or the result of one of its functions for any name. */
function sharedName(path: readonly string[]): string | undefined {
    let value: unknown = names;
    for (const key of path) {
        value =
            typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined; // any key
    }
    if (typeof value === "function") {
        const makeName = value as (name: string) => unknown; // All functions of names.ts have one parameter, a name.
        const placeholder = "\uffff";
        return escaped(String(makeName(placeholder))).replaceAll(placeholder, anyName);
    }
    return typeof value === "string" ? escaped(value) : undefined;
}

/** A constant, a property or a function's result in the same file. */
function localName(name: string, text: string, depth: number): string | undefined {
    const constant = new RegExp(`\\b${name}(?:: string)?\\s*[:=]\\s*(${expression})`, "u").exec(text);
    const result = new RegExp(`function ${name}\\([^)]*\\)[^{]*\\{\\s*return (${expression})`, "u").exec(
        text,
    );
    const code = constant?.[1] ?? result?.[1];
    return code === undefined || code === name ? undefined : namePattern(code, text, depth + 1);
}

function escaped(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&");
}
