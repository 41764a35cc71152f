import type { Origin, Provenance, Report, ReportProblem } from "@spot-messaging/topology/review";
import { type Approvals, buildReport, parseApprovals, reviewStack } from "@spot-messaging/topology/review";
import { redactText, redactValue, shellWord } from "@spot-messaging/topology/text";
import { isBrokerUrl, shownBrokerUrl } from "../input/brokerUrl.ts";
import { readText } from "../input/textFile.ts";
import { brokerPassword, type CommandIo, type InputIo } from "../process/commandIo.ts";
import { ownPackage } from "../process/ownPackage.ts";
import { pairStacks } from "./pairStacks.ts";
import { readSides, type SideOptions } from "./readSides.ts";
import { type EvidenceOptions, reviewEvidence } from "./reviewEvidence.ts";
import type { ReviewSide } from "./reviewSide.ts";

/** What is reviewed. */
export interface ReviewRequest extends SideOptions, EvidenceOptions {
    /** A file of approvals, instead of those of the head. */
    readonly approvals?: string;
    /** A file with what another check found, such as that the committed topology is stale. */
    readonly findings?: string;
}

/** The part of the process that a review needs. */
export type ReviewIo = InputIo & Pick<CommandIo, "printError" | "today">;

/**
 * Reviews a change: compares the stacks, collects what the engine and a live broker say of them, and builds the report from both.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function reviewReport(options: ReviewRequest, { today, ...io }: ReviewIo): Promise<Report> {
    const sides = await readSides(options, io);
    const { stacks: compared, unread, problems, whole } = pairStacks(sides, options.stack);
    const own = options.approvals;
    const approvals = own === undefined ? sides.head.approvals : await namedApprovals(own, io);
    const unreadable = isProblems(approvals) ? approvals : [];
    const findings = options.findings === undefined ? [] : await namedFindings(options.findings, io);
    const stacks = compared.map(reviewStack);
    return buildReport({
        stacks,
        unread,
        evidence: await reviewEvidence({ stacks, unread }, options, io),
        approvals: isProblems(approvals) ? none : approvals,
        approvalUse: {
            today: today(),
            earlier: isProblems(sides.base.approvals) ? [] : sides.base.approvals.entries,
            whole,
        },
        problems: [...problems, ...findings, ...unreadable, ...earlierUnknown(sides.base)],
        provenance: provenance(options, sides),
        secrets: [brokerPassword(io) ?? ""].filter(Boolean),
    });
}

const none: Approvals = { file: "", entries: [] };

function isProblems(approvals: Approvals | readonly ReportProblem[]): approvals is readonly ReportProblem[] {
    return Array.isArray(approvals);
}

async function namedApprovals(file: string, { stdin }: InputIo): Promise<Approvals> {
    return parseApprovals(await readText(file, stdin, 'write a list "approved" into it'), file);
}

/** All that the file says is one finding, in one sentence. */
async function namedFindings(file: string, { stdin }: InputIo): Promise<readonly ReportProblem[]> {
    const lines = (await readText(file, stdin, "name the file that the check wrote"))
        .split("\n")
        .map((line) => line.trim().replace(/^- /u, ""))
        .filter((line) => line !== "");
    const text = lines.reduce((all, line) => `${all}${all.endsWith(":") ? " " : "; "}${line}`, "");
    return [{ kind: "finding", text: text.slice("; ".length) }];
}

/** Then every approval of the head counts: where the file was unreadable, nobody could agree to anything by it. */
function earlierUnknown({ approvals }: ReviewSide): readonly ReportProblem[] {
    return isProblems(approvals)
        ? approvals.map(({ text }) => ({
              kind: "note",
              text: `${text.split("\n")[0] ?? ""} (so which approvals are older than this change is not known)`,
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

/** With commits in place of names that mean another one tomorrow. */
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
    ];
    const words = given.flatMap(([option, value]) => (value === undefined ? [] : [option, shellWord(value)]));
    return redactText(`npx topology review ${words.join(" ")}`);
}

function placeOf(given: string): string {
    return isBrokerUrl(given) ? shownBrokerUrl(given) : given;
}
