import type { Report } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { code } from "../markdown.ts";
import type { DestructiveChange } from "./destructive/destructiveChange.ts";
import { destructiveNames } from "./destructive/destructiveNames.ts";
import { headingLine, problemParts } from "./heading.ts";
import { clippedText } from "./phrase.ts";
import { headlines } from "./reviewStatus.ts";

/** The shares of the length for verdicts and for problems. */
const shares = { verdicts: 1 / 3, problems: 1 / 10 } as const;

/** The shortest report, if not all names of destructive changes fit: as many as fit, and the number of the others. */
export function renderShortened(
    report: Report,
    destructive: readonly DestructiveChange[],
    maxLength: number,
): string {
    const command = clippedText(report.provenance.command, 500);
    const { stacks } = report;
    const all = headlines(report);
    const verdicts = kept(
        all.map((each) => headingLine(each, 500)),
        maxLength * shares.verdicts,
    );
    const more = all.length - verdicts.length;
    const head = [
        ...verdicts.flatMap((each) => [each, ""]),
        ...(more > 0 ? [`**and ${counted(more, "stack")} more**`, ""] : []),
        `*Shortened to fit: only the names of destructive changes; ${code(command)} prints the full report.*`,
        "",
    ];
    const problems = kept(
        problemParts(report, { maxShown: 10, maxLength: 200 }),
        maxLength * shares.problems,
    );
    const room = maxLength - size(head) - size(problems) - 2 * code(command).length - 1_000;
    const open = destructive.filter(({ approval }) => approval === undefined);
    const agreed = destructive.filter(({ approval }) => approval !== undefined);
    const openNames = destructiveNames(open, stacks.length > 1, command, room);
    return [
        ...head,
        ...(open.length === 0
            ? []
            : [`#### 🛑 Needs approval before deployment (${open.length})`, "", ...openNames, ""]),
        ...(agreed.length === 0
            ? []
            : [
                  `#### ⚠️ Destructive, approved (${agreed.length})`,
                  "",
                  ...destructiveNames(agreed, stacks.length > 1, command, room - size(openNames)),
                  "",
              ]),
        ...problems,
        "",
    ].join("\n");
}

/** The first lines that fit. */
function kept(lines: readonly string[], room: number): readonly string[] {
    let left = room;
    return lines.filter((line) => {
        left -= line.length + 2;
        return left >= 0;
    });
}

function size(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
