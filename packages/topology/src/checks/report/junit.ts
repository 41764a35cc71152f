import { escapeXml } from "../../text/escape.ts";
import type { ReportedFinding } from "./reportedFinding.ts";

/**
 * Findings as JUnit XML, which Jenkins, Azure Pipelines, GitLab and others show as tests. An error and a warning is a failed test, an accepted
 * finding a skipped one with its reason, a note a passed one. Without findings there is one passed test, because an empty report is an error for
 * some of them.
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(findings: readonly ReportedFinding[]): string {
    const present = findings.filter(({ state }) => state !== "absent");
    const cases =
        present.length === 0
            ? [`    <testcase classname="topology" name="no findings"/>`]
            : present.flatMap(testCase);
    const failures = present.filter(isFailure).length;
    const skipped = present.filter(({ accepted }) => accepted !== undefined).length;
    const counts = `tests="${Math.max(present.length, 1)}" failures="${failures}" errors="0" skipped="${skipped}"`;
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites ${counts}>`,
        `  <testsuite name="topology check" ${counts}>`,
        ...cases,
        "  </testsuite>",
        "</testsuites>",
        "",
    ].join("\n");
}

function isFailure({ finding, accepted }: ReportedFinding): boolean {
    return accepted === undefined && finding.severity !== "note";
}

function testCase(reported: ReportedFinding): readonly string[] {
    const { finding, location, accepted } = reported;
    const { rule, severity, place, message, fix } = finding;
    const position = {
        ...(location !== undefined && { file: location.file }),
        ...(location?.line !== undefined && { line: location.line }),
    };
    const start = `    <testcase${attributes({ classname: `topology.${rule}`, name: `${place}: ${message}`, ...position })}`;
    if (accepted !== undefined) {
        return [`${start}>`, `      <skipped${attributes({ message: accepted })}/>`, "    </testcase>"];
    }
    return isFailure(reported)
        ? [
              `${start}>`,
              `      <failure${attributes({ message: `${message}; ${fix}`, type: severity })}/>`,
              "    </testcase>",
          ]
        : [`${start}/>`];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
    return Object.entries(values)
        .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
        .join("");
}
