import { accept, type Baseline, type Finding } from "@spot-messaging/topology/check";
import type {
    Origin,
    Provenance,
    Report,
    ReportProblem,
    ReviewedStack,
} from "@spot-messaging/topology/review";
import { type Approvals, buildReport, parseApprovals, reviewStack } from "@spot-messaging/topology/review";
import { counted, redactText, redactValue, shellWord } from "@spot-messaging/topology/text";
import { isBrokerUrl, shownBrokerUrl } from "../input/brokerUrl.ts";
import { readText } from "../input/textFile.ts";
import { brokerPassword, type CommandIo, type InputIo } from "../process/commandIo.ts";
import { ownPackage } from "../process/ownPackage.ts";
import { type Application, appliedStack } from "./appliedStack.ts";
import { pairStacks } from "./pairStacks.ts";
import { readSides, type SideOptions, type Sides } from "./readSides.ts";
import { type EvidenceOptions, reviewEvidence } from "./reviewEvidence.ts";
import type { ReviewSide } from "./reviewSide.ts";

/** The options of a review. */
export interface ReviewRequest extends SideOptions, EvidenceOptions {
    /** An approvals file, instead of the head's. */
    readonly approvals?: string;
    /** A file with findings of another check, such as a stale snapshot. */
    readonly findings?: string;
    /** How the change reaches the broker. @default "provider" */
    readonly via?: Application;
    /** Whether every difference is a finding, as for a comparison with what is deployed. */
    readonly expectNoChanges?: true;
}

/** The part of the process that a review needs. */
export type ReviewIo = InputIo & Pick<CommandIo, "printError" | "today">;

/** A report, and the two sides that it compares. */
export interface ReviewedChange {
    readonly report: Report;
    readonly sides: Sides;
}

/** The report of {@link reviewChange}. */
export async function reviewReport(options: ReviewRequest, io: ReviewIo): Promise<Report> {
    return (await reviewChange(options, io)).report;
}

/**
 * Reviews a change: compares the stacks, reads the engine's preview and a live broker, and builds the report.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function reviewChange(
    options: ReviewRequest,
    { today, ...io }: ReviewIo,
): Promise<ReviewedChange> {
    const sides = await readSides(options, io);
    const { stacks: compared, unread, problems, whole } = pairStacks(sides, options.stack);
    const own = options.approvals;
    const approvals = own === undefined ? sides.head.approvals : await readApprovals(own, io);
    const unreadable = isProblems(approvals) ? approvals : [];
    const findings = options.findings === undefined ? [] : await readFindings(options.findings, io);
    const stacks = compared.map((each) =>
        reviewStack({
            ...appliedStack(each, options.via ?? "provider"),
            isExported: sides.head.isExported,
            isAccepted: acceptedErrors(sides.head.baseline, each.stack, today()),
        }),
    );
    const broker = options.broker ?? [options.base, options.head].find(isLive);
    const report = buildReport({
        stacks,
        unread,
        evidence: await reviewEvidence(
            { stacks, unread },
            { ...options, ...(broker !== undefined && { broker }), isSide: broker !== options.broker },
            io,
        ),
        approvals: isProblems(approvals) ? none : approvals,
        approvalUse: {
            today: today(),
            earlier: isProblems(sides.base.approvals) ? [] : sides.base.approvals.entries,
            whole,
        },
        problems: [
            ...problems,
            ...findings,
            ...unreadable,
            ...unreadableBaseApprovals(sides.base),
            ...(options.expectNoChanges === true ? stacks.flatMap(unexpected) : []),
        ],
        provenance: provenance(options, sides),
        secrets: [brokerPassword(io) ?? ""].filter(Boolean),
    });
    return { report, sides };
}

/** Whether the baseline of the head accepts an error, as `topology check` does. */
function acceptedErrors(
    baseline: Baseline | undefined,
    stack: string,
    day: string,
): (error: Finding) => boolean {
    return (error) =>
        accept([error], baseline, { stack, today: day, whole: false }, () => undefined).some(
            ({ finding }) => finding.rule === error.rule && finding.severity === "note",
        );
}

function isLive(place: string | undefined): place is string {
    return place !== undefined && isBrokerUrl(place);
}

function unexpected({ stack, review: { changes } }: ReviewedStack): readonly ReportProblem[] {
    return changes.length === 0
        ? []
        : [
              {
                  kind: "finding",
                  text: `stack "${stack}": no difference was expected (--expect-no-changes), but ${counted(changes.length, "object")} ${changes.length === 1 ? "differs" : "differ"}`,
              },
          ];
}

const none: Approvals = { file: "", entries: [] };

function isProblems(approvals: Approvals | readonly ReportProblem[]): approvals is readonly ReportProblem[] {
    return Array.isArray(approvals);
}

async function readApprovals(file: string, { stdin }: InputIo): Promise<Approvals> {
    return parseApprovals(await readText(file, stdin, 'write a list "approved" into it'), file);
}

/** Reads the whole file as one finding, in one sentence. */
async function readFindings(file: string, { stdin }: InputIo): Promise<readonly ReportProblem[]> {
    const lines = (await readText(file, stdin, "name the file that the check wrote"))
        .split("\n")
        .map((line) => line.trim().replace(/^- /u, ""))
        .filter((line) => line !== "");
    const text = lines.reduce((all, line) => `${all}${all.endsWith(":") ? " " : "; "}${line}`, "");
    return [{ kind: "finding", text: text.slice("; ".length) }];
}

/** If the base's approvals file is unreadable, all approvals of the head count, because an unreadable file approved nothing. */
function unreadableBaseApprovals({ approvals }: ReviewSide): readonly ReportProblem[] {
    return isProblems(approvals)
        ? approvals.map(({ text }) => ({
              kind: "note",
              text: `${text.split("\n")[0] ?? ""} (so it is unknown which approvals are older than this change)`,
          }))
        : [];
}

function provenance(
    options: ReviewRequest,
    { base, head }: { readonly base: ReviewSide; readonly head: ReviewSide },
): Provenance {
    const own = ownPackage();
    return redactValue({
        base: originOf(base),
        head: originOf(head),
        tool: `${own.name} ${own.version}`,
        command: commandOf(options, base.origin, head.origin),
    });
}

function originOf({ origin: { name, commit } }: ReviewSide): Origin {
    return { name, ...(commit !== undefined && { commit }) };
}

/** The command with commits instead of branch names, which may move. */
function commandOf(options: ReviewRequest, base: Origin, head: Origin): string {
    const given: readonly (readonly [string, string | undefined])[] = [
        ["--base", base.commit ?? placeOf(options.base)],
        ["--head", options.head === undefined ? undefined : (head.commit ?? placeOf(options.head))],
        ["--stack", options.stack],
        ["--config", options.config],
        ["--approvals", options.approvals],
        ["--broker", options.broker === undefined ? undefined : placeOf(options.broker)],
        ["--preview", options.preview],
        ["--findings", options.findings],
        ["--via", options.via === "import" ? options.via : undefined],
    ];
    const words = [
        ...given.flatMap(([option, value]) => (value === undefined ? [] : [option, shellWord(value)])),
        ...(options.expectNoChanges === true ? ["--expect-no-changes"] : []),
    ];
    return redactText(`npx topology review ${words.join(" ")}`);
}

function placeOf(given: string): string {
    return isBrokerUrl(given) ? shownBrokerUrl(given) : given;
}
