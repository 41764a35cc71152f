import { compareText } from "../../../text/names.ts";

/** Names that contain no braces or commas. */
const collapsible = /^(?<head>(?:.*[ ./_-])?)(?<tail>[\w:]+)$/u;

/** Longer lists are split: a list is shown or left out as a whole. */
const maxListLength = 100;

/** Several names with a common beginning. */
export interface CollapsedNames {
    readonly text: string;
    /** The number of names. */
    readonly size: number;
}

/**
 * Collapses names with a common beginning: `delete queue spot/analyzer.{content,headers}`. Each name stays readable and can be searched by its
 * end. Sorted.
 */
export function collapseNames(texts: readonly string[]): readonly CollapsedNames[] {
    const groups = new Map<string, string[]>();
    const single: CollapsedNames[] = [];
    for (const text of texts) {
        const { head, tail } = collapsible.exec(text)?.groups ?? {};
        if (head === undefined || tail === undefined || /[{},`|]/u.test(head)) {
            single.push({ text, size: 1 });
        } else {
            const known = groups.get(head);
            if (known === undefined) {
                groups.set(head, [tail]);
            } else {
                known.push(tail);
            }
        }
    }
    const joined = [...groups].flatMap(([head, tails]) =>
        lists(tails.sort(compareText)).map((each) => collapse(head, each)),
    );
    return [...single, ...joined].sort((a, b) => compareText(a.text, b.text));
}

function lists(tails: readonly string[]): readonly (readonly string[])[] {
    return Array.from({ length: Math.ceil(tails.length / maxListLength) }, (_, index) =>
        tails.slice(index * maxListLength, (index + 1) * maxListLength),
    );
}

function collapse(head: string, tails: readonly string[]): CollapsedNames {
    const text = tails.length === 1 ? head + tails.join("") : `${head}{${tails.join(",")}}`;
    return { text, size: tails.length };
}
