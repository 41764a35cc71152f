import * as names from "../../topology/names.ts";

/** A line that declares one object, or several objects with computed names. */
export interface DeclarationSite {
    readonly kind: DeclaredKind;
    /** Matches the names that the line declares. */
    readonly pattern: RegExp;
    readonly line: number;
}

/** `object`: an exchange or a queue. */
export type DeclaredKind = "vhost" | "service" | "object";

const constructors = [
    "service",
    ...["topic", "fanout", "direct", "headers", "exchange"],
    ...["work", "requests", "transient", "commands", "parking", "plain"],
];

/** A string, a template, a constant, or a function call with simple arguments. */
const expression = /"[^"]*"|`[^`]*`|[A-Za-z_][\w.]*(?:\([^()]*\))?/u.source;

const site = new RegExp(
    `\\b(?:(?<constructor>${constructors.join("|")})\\(|(?<setting>vhost):)\\s*(?<name>${expression})`,
    "gu",
);

/** Finds the declarations in the text of a source file. */
export function declarationSites(text: string): readonly DeclarationSite[] {
    return [...text.matchAll(site)].flatMap(({ groups, index }) => {
        const pattern = namePattern(groups?.["name"] ?? "", text);
        const word = groups?.["constructor"] ?? groups?.["setting"];
        return pattern === undefined || pattern === anyName
            ? []
            : [
                  {
                      kind: word === "service" || word === "vhost" ? word : "object",
                      pattern: new RegExp(`^${pattern}$`, "u"),
                      line: text.slice(0, index).split("\n").length,
                  },
              ];
    });
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
