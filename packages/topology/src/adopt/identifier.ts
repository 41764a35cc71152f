/** Names that a module uses otherwise, or that TypeScript reserves. */
const reserved = new Set(
    [
        "arguments await break case catch class compile const continue debugger declare default delete direct do else",
        "emptyTopology enum eval exchange export extends false fanout finally for function headers if implements import",
        "in instanceof interface let new null package parking plain private protected public queue requests return",
        "static super switch this throw topic topology transient true try typeof undefined var void while with",
        "withObjects work commands binding yield access users permissions async of NaN Infinity",
    ].flatMap((line) => line.split(" ")),
);

/** Names for variables and files, each used once. */
export interface Identifiers {
    /** A name in camel case that resembles the text. */
    readonly identifierOf: (text: string, otherwise: string) => string;
}

export function identifiers(): Identifiers {
    const used = new Set<string>();
    return {
        identifierOf: (text, otherwise) => {
            const base = camelCase(text) || otherwise;
            const start = reserved.has(base) || /^\d/u.test(base) ? `${otherwise}${capitalized(base)}` : base;
            let name = start;
            // File systems may not distinguish upper and lower case.
            for (let number = 2; used.has(name.toLowerCase()); number += 1) {
                name = `${start}${number}`;
            }
            used.add(name.toLowerCase());
            return name;
        },
    };
}

function camelCase(text: string): string {
    const words = text.split(/[^A-Za-z0-9]+/u).filter((each) => each !== "");
    return words.map((each, index) => (index === 0 ? uncapitalized(each) : capitalized(each))).join("");
}

function capitalized(word: string): string {
    return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** `HTTPQueue` stays recognizable: a word in capitals becomes small as a whole. */
function uncapitalized(word: string): string {
    return /^[A-Z0-9]+$/u.test(word)
        ? word.toLowerCase()
        : `${word.slice(0, 1).toLowerCase()}${word.slice(1)}`;
}
