import type { Report } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";
import { code } from "../markdown.ts";
import { causeNames } from "./causes/causeNames.ts";
import type { ReportedCause } from "./causes/reportedCause.ts";
import { headingLine, problemParts } from "./heading.ts";
import { clippedText } from "./phrase.ts";
import { headlines } from "./reviewStatus.ts";

/** The shares of the length for verdicts and for problems. */
const shares = { verdicts: 1 / 3, problems: 1 / 10 } as const;

/** The shortest report, if not all names of what needs approval fit: as many as fit, and the number of the others. */
export function renderShortened(report: Report, causes: readonly ReportedCause[], maxLength: number): string {
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
        `*Shortened to fit: only the names of what needs approval; ${code(command)} prints the full report.*`,
        "",
    ];
    const problems = kept(
        problemParts(report, { maxShown: 10, maxLength: 200 }),
        maxLength * shares.problems,
    );
    const room = maxLength - size(head) - size(problems) - 2 * code(command).length - 1_000;
    const open = causes.filter(({ needsApproval, approval }) => needsApproval && approval === undefined);
    const agreed = causes.filter(({ needsApproval, approval }) => needsApproval && approval !== undefined);
    const settings = { namesStack: stacks.length > 1, command };
    const openNames = causeNames(open, settings, room);
    return [
        ...head,
        ...(open.length === 0
            ? []
            : [`#### 🛑 Needs approval before deployment (${open.length})`, "", ...openNames, ""]),
        ...(agreed.length === 0
            ? []
            : [
                  `#### ⚠️ Approved (${agreed.length})`,
                  "",
                  ...causeNames(agreed, settings, room - size(openNames)),
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
