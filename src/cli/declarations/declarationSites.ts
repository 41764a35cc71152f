import * as names from "../../topology/names.ts";

/** A line that declares one object, or several whose names it computes. */
export interface DeclarationSite {
    readonly kind: DeclaredKind;
    /** Which names the line declares. */
    readonly pattern: RegExp;
    readonly line: number;
}

/** An object is an exchange or a queue. */
export type DeclaredKind = "vhost" | "service" | "object";

const constructors = [
    "service",
    ...["topic", "fanout", "direct", "headers", "exchange"],
    ...["work", "requests", "transient", "commands", "parking", "plain"],
];

/** A string, a template, a constant, or the call of a function with simple arguments. */
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

/** What a parameter may be: the name of an analyzer, of a service. */
const anyName = ".+";

/** How many constants may refer to each other. */
const maxDepth = 5;

/** The source of a regular expression for the values of an expression; `undefined` if it is not known. */
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

/** A constant of names.ts, or what a function of it makes of any name. */
function sharedName(path: readonly string[]): string | undefined {
    let value: unknown = names;
    for (const key of path) {
        value =
            typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined; // any key
    }
    if (typeof value === "function") {
        const makeName = value as (name: string) => unknown; // all functions of names.ts take one name
        const placeholder = "\uffff";
        return escaped(String(makeName(placeholder))).replaceAll(placeholder, anyName);
    }
    return typeof value === "string" ? escaped(value) : undefined;
}

/** A constant or a property of the same file, or what a function there returns. */
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
