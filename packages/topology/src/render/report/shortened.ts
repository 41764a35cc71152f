import type { Report } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { code } from "../markdown.ts";
import type { DestructiveChange } from "./destructive/destructiveChange.ts";
import { destructiveNames } from "./destructive/destructiveNames.ts";
import { headingLine, problemParts } from "./heading.ts";
import { clippedText } from "./phrase.ts";
import { headlines } from "./reviewStatus.ts";

/** How much of the room verdicts may take, and how much is kept for problems. */
const shares = { verdicts: 1 / 3, problems: 1 / 10 } as const;

/** What is said where not even the names of all dangers fit: as many as do, and how many more there are. */
export function renderShortened(report: Report, dangers: readonly DestructiveChange[], most: number): string {
    const command = clippedText(report.provenance.command, 500);
    const { stacks } = report;
    const all = headlines(report);
    const verdicts = kept(
        all.map((each) => headingLine(each, 500)),
        most * shares.verdicts,
    );
    const more = all.length - verdicts.length;
    const head = [
        ...verdicts.flatMap((each) => [each, ""]),
        ...(more > 0 ? [`**and ${counted(more, "stack")} more**`, ""] : []),
        `*Shortened to fit: of each danger its name, of the rest almost nothing; ${code(command)} prints all of it.*`,
        "",
    ];
    const problems = kept(problemParts(report, { most: 10, longest: 200 }), most * shares.problems);
    const room = most - size(head) - size(problems) - 2 * code(command).length - 1_000;
    const open = dangers.filter(({ approval }) => approval === undefined);
    const agreed = dangers.filter(({ approval }) => approval !== undefined);
    const openNames = destructiveNames(open, stacks.length > 1, command, room);
    return [
        ...head,
        ...(open.length === 0
            ? []
            : [`#### 🛑 Needs approval before it is applied (${open.length})`, "", ...openNames, ""]),
        ...(agreed.length === 0
            ? []
            : [
                  `#### ⚠️ Destructive, and approved (${agreed.length})`,
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
