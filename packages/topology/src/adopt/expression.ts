/** A piece of TypeScript code that can be written on one line or on several. */
export type Expression =
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "list"; readonly items: readonly Expression[] }
    | { readonly kind: "table"; readonly entries: readonly (readonly [string, Expression])[] }
    | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

const lineWidth = 110;
const indentation = "    ";
const identifier = /^[A-Za-z_$][\w$]*$/u;

/** An identifier, or another code that needs no line break. */
export function text(code: string): Expression {
    return { kind: "text", text: code };
}

export function list(items: readonly Expression[]): Expression {
    return { kind: "list", items };
}

/** A table without the entries that are `undefined`. */
export function table(entries: Readonly<Record<string, Expression | undefined>>): Expression {
    return {
        kind: "table",
        entries: Object.entries(entries).flatMap(([key, value]) =>
            value === undefined ? [] : [[propertyName(key), value] as const],
        ),
    };
}

export function call(name: string, ...args: readonly Expression[]): Expression {
    return { kind: "call", name, args };
}

/** A JSON value as a literal. */
export function literal(value: unknown): Expression {
    if (Array.isArray(value)) {
        return list(value.map(literal));
    }
    if (typeof value === "object" && value !== null) {
        return {
            kind: "table",
            entries: Object.entries(value).map(([key, each]) => [propertyName(key), literal(each)]),
        };
    }
    return text(typeof value === "number" ? numeral(value) : JSON.stringify(value));
}

/**
 * The code of an expression.
 * @param depth how many levels its first line is indented
 * @param used the characters of the line before and after it
 */
export function codeOf(expression: Expression, depth = 0, used = 0): string {
    const flat = flatCode(expression);
    if (expression.kind === "text" || depth * indentation.length + used + flat.length <= lineWidth) {
        return flat;
    }
    const lines = (open: string, items: readonly string[], close: string): string =>
        [
            open,
            ...items.map((each) => `${indentation.repeat(depth + 1)}${each},`),
            `${indentation.repeat(depth)}${close}`,
        ].join("\n");
    switch (expression.kind) {
        case "list":
            return expression.items.length === 0
                ? flat
                : lines(
                      "[",
                      expression.items.map((each) => codeOf(each, depth + 1, 1)),
                      "]",
                  );
        case "table":
            return expression.entries.length === 0
                ? flat
                : lines(
                      "{",
                      expression.entries.map(([key, each]) => entryCode(key, each, depth + 1)),
                      "}",
                  );
        case "call": {
            const last = expression.args.at(-1);
            if (last !== undefined && (last.kind === "table" || last.kind === "list")) {
                const first = expression.args.slice(0, -1).map((each) => `${flatCode(each)}, `);
                const opening = `${expression.name}(${first.join("")}`;
                if (depth * indentation.length + opening.length + 1 <= lineWidth) {
                    return `${opening}${brokenCode(last, depth)})`;
                }
            }
            return lines(
                `${expression.name}(`,
                expression.args.map((each) => codeOf(each, depth + 1, 1)),
                ")",
            );
        }
    }
}

/** On several lines, although it may fit on one. */
function brokenCode(expression: Expression, depth: number): string {
    return codeOf(expression, depth, lineWidth);
}

function entryCode(key: string, value: Expression, depth: number): string {
    return isShorthand(key, value) ? key : `${key}: ${codeOf(value, depth, key.length + 3)}`;
}

function flatCode(expression: Expression): string {
    switch (expression.kind) {
        case "text":
            return expression.text;
        case "list":
            return `[${expression.items.map(flatCode).join(", ")}]`;
        case "table":
            return expression.entries.length === 0
                ? "{}"
                : `{ ${expression.entries
                      .map(([key, each]) => (isShorthand(key, each) ? key : `${key}: ${flatCode(each)}`))
                      .join(", ")} }`;
        case "call":
            return `${expression.name}(${expression.args.map(flatCode).join(", ")})`;
    }
}

function isShorthand(key: string, value: Expression): boolean {
    return value.kind === "text" && value.text === key && identifier.test(key);
}

/** In brackets, `__proto__` is the name of a property and not the prototype. */
function propertyName(key: string): string {
    if (key === "__proto__") {
        return '["__proto__"]';
    }
    return identifier.test(key) ? key : JSON.stringify(key);
}

/** With a separator for each thousand from ten thousand. */
function numeral(value: number): string {
    const digits = String(value);
    if (Object.is(value, -0)) {
        return "-0";
    }
    return /^-?\d{5,}$/u.test(digits) ? digits.replace(/\B(?=(?:\d{3})+$)/gu, "_") : digits;
}
