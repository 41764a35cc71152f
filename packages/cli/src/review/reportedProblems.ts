import { UsageError } from "@spot-messaging/topology";
import type { ReportProblem } from "@spot-messaging/topology/review";
import { quotedFirst } from "@spot-messaging/topology/text";
import { filesOf, type PullRequestName, type ReviewRecord, readRecord } from "./reviewRecord.ts";
import type { ReviewedChange } from "./reviewReport.ts";

/** What GitHub or GitLab reports about the pull request's own run. */
export interface OwnRun {
    /** Such as `success` or `failure`. @default - unknown */
    readonly conclusion?: string;
}

/** So few that they hide no other problem of the report, which shows about ten. */
const maxShown = 5;
const origin = "the pull request's own run";

/**
 * The problems that the pull request's own run reports. Any user can have written its record, so it can only add problems: it must be about the
 * commits that were reviewed here, and what it reports is marked as not verified. A missing or a refused record is a problem too, because only
 * that run checks that the program declares what the snapshots contain.
 */
export async function reportedProblems(
    file: string,
    reviewed: ReviewedChange,
    pull: PullRequestName,
    { conclusion }: OwnRun,
): Promise<readonly ReportProblem[]> {
    const ended = conclusion === undefined ? "" : ` (it ended with ${JSON.stringify(conclusion)})`;
    try {
        const record = await readRecord(file);
        if (record === undefined) {
            return [
                finding(
                    `${origin} reported nothing${ended}, so it is not known whether the program declares what the snapshots contain; read its log`,
                ),
            ];
        }
        refuseOtherSubject(record, reviewed, pull);
        return problemsIn(record, reviewed, conclusion);
    } catch (error) {
        if (!(error instanceof UsageError)) {
            throw error;
        }
        return [finding(`the record of ${origin} is not accepted: ${error.message}`)];
    }
}

function finding(text: string): ReportProblem {
    return { kind: "finding", text };
}

/** @throws UsageError if a record is not about what was reviewed here */
function refuseOtherSubject(record: ReviewRecord, { sides }: ReviewedChange, pull: PullRequestName): void {
    const { repository } = record;
    if (repository === undefined || record.pull === undefined) {
        throw new UsageError(
            "it does not name its pull request; write it with topology review --record in a run of the pull request",
        );
    }
    const isSame = repository.toLowerCase() === pull.repository.toLowerCase();
    const compared: readonly (readonly [string, string | number, string | number])[] = [
        ["repository", isSame ? pull.repository : repository, pull.repository],
        ["pull request", record.pull, pull.pull],
        ["head commit", record.head, sides.head.origin.commit ?? ""],
        ["merge base", record.mergeBase, sides.base.origin.commit ?? ""],
    ];
    const wrong = compared.find(([, reported, actual]) => reported !== actual);
    if (wrong !== undefined) {
        const [what, reported, actual] = wrong;
        throw new UsageError(`its ${what} is "${reported}", but the reviewed one is "${actual}"`);
    }
    const [reported, actual] = [
        new Map(Object.entries(record.files)),
        new Map(Object.entries(filesOf(sides))),
    ];
    for (const path of new Set([...actual.keys(), ...reported.keys()])) {
        for (const side of ["base", "head"] as const) {
            const [given, found] = [reported.get(path)?.[side], actual.get(path)?.[side]];
            if (given !== found) {
                throw new UsageError(
                    `its digest of "${path}" in the ${side} is ${given ?? "missing"}, but the commit has ${found ?? "no such file"}`,
                );
            }
        }
    }
}

/** What the record reports beyond the report of the same commits. */
function problemsIn(
    record: ReviewRecord,
    { report: { stacks, unread, problems, outcome } }: ReviewedChange,
    conclusion: string | undefined,
): readonly ReportProblem[] {
    const known = new Set(
        [...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)].map(({ text }) => text),
    );
    const knownIds = new Set(
        stacks.flatMap(({ stack, unapproved }) => unapproved.map((id) => `${stack}: ${id}`)),
    );
    const ids = record.unapproved
        .map(({ stack, id }) => `${stack}: ${id}`)
        .filter((each) => !knownIds.has(each));
    const added: readonly ReportProblem[] = [
        ...record.problems.filter(({ text }) => !known.has(text)),
        ...(ids.length === 0
            ? []
            : [
                  finding(
                      `changes that need approval and that the snapshots do not contain: ${quotedFirst(ids, maxShown)}`,
                  ),
              ]),
    ];
    const shown = added.slice(0, maxShown).map(({ kind, text }): ReportProblem => {
        return { kind, text: `reported by ${origin}, not verified: ${text}` };
    });
    const isWorse = record.exitCode > outcome.exitCode || (conclusion ?? "success") !== "success";
    return [
        ...shown,
        ...(added.length > maxShown
            ? [finding(`${origin} reports ${added.length - maxShown} more problems; read its log`)]
            : []),
        // Otherwise a failure of the run that the record does not explain would look like a success.
        ...(isWorse && outcome.exitCode === 0 && added.every(({ kind }) => kind === "note")
            ? [
                  finding(
                      `${origin} failed (${conclusion === undefined ? `exit code ${record.exitCode}` : JSON.stringify(conclusion)}), but its record has no reason; read its log`,
                  ),
              ]
            : []),
    ];
}
