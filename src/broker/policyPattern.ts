/**
 * A policy's pattern, ready to match names; `undefined` where it cannot be read. The broker's expressions are PCRE: what that has beyond
 * JavaScript is translated as far as names need it (leading options, POSIX classes, text anchors, possessive quantifiers).
 * @see https://www.rabbitmq.com/docs/policies#defining
 */
export function policyPattern(pattern: string): RegExp | undefined {
    const { flags, source } = translated(pattern);
    return compile(source, `${flags}u`) ?? compile(source, flags);
}

/** The names that an anchored pattern of literal alternatives matches (`^a$`, `^(a|b\.c)$`); `undefined` for any other pattern. */
export function literalNames(pattern: string): readonly string[] | undefined {
    const body = pattern.startsWith("^") && pattern.endsWith("$") ? pattern.slice(1, -1) : undefined;
    if (body === undefined) {
        return undefined;
    }
    // Outside of brackets, the anchors belong to the first and the last alternative only.
    const alternatives = body.startsWith("(") && body.endsWith(")") ? body.slice(1, -1).split("|") : [body];
    const names = alternatives.map(literalOf);
    return names.every((name) => name !== undefined) ? names : undefined;
}

/** What an expression without any operator says. A backslash has a meaning of its own before ASCII letters and digits only. */
function literalOf(text: string): string | undefined {
    return /^(?:[^\\.*+?^${}()|[\]]|\\[^A-Za-z0-9])*$/.test(text) ? text.replace(/\\(.)/gs, "$1") : undefined;
}

function compile(source: string, flags: string): RegExp | undefined {
    try {
        return new RegExp(source, flags);
    } catch {
        return undefined;
    }
}

const posixClasses: Readonly<Record<string, string>> = {
    alpha: "A-Za-z",
    digit: "0-9",
    alnum: "A-Za-z0-9",
    upper: "A-Z",
    lower: "a-z",
    space: "\\s",
    punct: "!-\\/:-@\\[-`{-~",
    word: "\\w",
    xdigit: "0-9A-Fa-f",
};

function translated(pattern: string): { readonly source: string; readonly flags: string } {
    const options = /^\(\?(?<flags>[ims]+)\)/u.exec(pattern);
    const source = pattern
        .slice(options?.[0].length ?? 0)
        .replace(/\[:(?<name>[a-z]+):\]/gu, (whole, name: string) => posixClasses[name] ?? whole)
        .replace(/\\A/gu, "^")
        .replace(/\\[zZ]/gu, "$")
        .replace(/(?<quantifier>[*+?}])\+/gu, "$<quantifier>");
    return { source, flags: [...new Set(options?.groups?.["flags"] ?? "")].join("") };
}
