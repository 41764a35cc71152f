import { formatCount } from "../../../text/units.ts";
import { code, codes, plain } from "../../markdown.ts";
import { type CollapsedNames, collapseNames } from "./collapsedNames.ts";
import type { ReportedCause } from "./reportedCause.ts";

/**
 * The ids of causes, grouped by what a person fears.
 * @param room the maximum number of characters. Causes that do not fit are only counted.
 */
export function causeNames(
    causes: readonly ReportedCause[],
    { namesStack, command }: { readonly namesStack: boolean; readonly command: string },
    room = Number.POSITIVE_INFINITY,
): readonly string[] {
    const groups = new Map<string, string[]>();
    for (const { stacks, outcome, id } of causes) {
        const key = `${namesStack ? `${codes(stacks)}, ` : ""}**${plain(outcome)}**`;
        const known = groups.get(key);
        if (known === undefined) {
            groups.set(key, [id]);
        } else {
            known.push(id);
        }
    }
    const lines: string[] = [];
    let left = room;
    let unnamed = 0;
    for (const [key, ids] of groups) {
        const { shown, count } = fitting(collapseNames(ids), left - key.length - "- : ".length);
        unnamed += ids.length - count;
        if (shown.length > 0) {
            const line = `- ${key}: ${shown.join(", ")}`;
            lines.push(line);
            left -= line.length + 1;
        }
    }
    return unnamed === 0
        ? lines
        : [
              ...lines,
              `- **and ${formatCount(unnamed)} more**, which do not fit here; ${code(command)} prints their names`,
          ];
}

function fitting(
    all: readonly CollapsedNames[],
    room: number,
): { readonly shown: readonly string[]; readonly count: number } {
    const shown: string[] = [];
    let left = room;
    let count = 0;
    for (const { text, size } of all) {
        const name = code(text);
        if (name.length + 2 <= left) {
            shown.push(name);
            left -= name.length + 2;
            count += size;
        }
    }
    return { shown, count };
}
