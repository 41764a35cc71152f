import { compareText } from "../../../text/names.ts";

/** Nothing in it could be taken for the braces and commas between. */
const collapsible = /^(?<head>(?:.*[ ./_-])?)(?<tail>[\w:]+)$/u;

/** Longer lists of names are cut into several: what is one piece is shown or left out as one. */
const longestList = 100;

/** Several names that begin with the same. */
export interface CollapsedNames {
    readonly text: string;
    /** How many names it stands for. */
    readonly size: number;
}

/**
 * Names with what many of them begin with said once: `delete queue spot/analyzer.{content,headers}`. Each name can still be read out of it,
 * and found by its end. In order.
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
    return Array.from({ length: Math.ceil(tails.length / longestList) }, (_, index) =>
        tails.slice(index * longestList, (index + 1) * longestList),
    );
}

function collapse(head: string, tails: readonly string[]): CollapsedNames {
    const text = tails.length === 1 ? head + tails.join("") : `${head}{${tails.join(",")}}`;
    return { text, size: tails.length };
}
