import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type KnownVersion, UsageError } from "@spot-messaging/topology";
import {
    accept,
    type Baseline,
    baselinePath,
    baselineRules,
    check,
    compareFindings,
    compareVersions,
    countsOf,
    type Finding,
    isAtLeastAsSevere,
    parseBaseline,
    type ReportedFinding,
    renderAnnotations,
    renderJunit,
    rules,
    type SarifRule,
    type Severity,
    toCodeQuality,
    toSarif,
} from "@spot-messaging/topology/check";
import { type ImportVerdict, inputRules } from "@spot-messaging/topology/definitions";
import { quoted } from "@spot-messaging/topology/text";
import { shownPath } from "../config/configFile.ts";
import { writeText } from "../input/textFile.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import type { InputOptions } from "../input/topologyInput.ts";
import type { CommandResult } from "../process/commandIo.ts";
import { ownPackage } from "../process/ownPackage.ts";
import { type FindingsJson, findingsJson, renderFindings } from "../render/findings.ts";
import type { Page } from "../render/paint.ts";

export interface CheckCommandOptions extends InputOptions {
    readonly json?: true;
    readonly github?: true;
    /** A file, or `-` for standard output. */
    readonly sarif?: string;
    /** A code quality report of GitLab: a file, or `-` for standard output. */
    readonly gitlab?: string;
    /** JUnit XML: a file, or `-` for standard output. */
    readonly junit?: string;
    readonly baseline?: string;
    /** Prints errors and warnings only, and nothing if there are none. */
    readonly quiet?: true;
    /** The lowest severity that is reported. @default "note" */
    readonly minSeverity?: Severity;
    /** Prints every finding in full, not one line for the notes of a rule. */
    readonly verbose?: true;
}

/** What a check of one topology found. */
interface CheckedTopology {
    /** @default - the topology is not a stack of a program */
    readonly stack: string | undefined;
    readonly reported: readonly ReportedFinding[];
    readonly verdict: ImportVerdict | undefined;
}

/**
 * Checks topologies, and applies the accepted findings of their baseline.
 * @param inputs one topology, or every stack of a program
 * @param today such as `2026-11-24`
 * @throws UsageError
 */
export async function checkTopologies(
    inputs: readonly TopologyInput[],
    options: CheckCommandOptions,
    page: Page,
    today: string,
): Promise<CommandResult> {
    const { target, quiet, verbose } = options;
    const form = formOf(options);
    const baseline = await readBaseline(options.baseline, inputs[0]?.stack?.program.folder);
    const checked = inputs.map((input) => checkOne(input, options, baseline, today));
    const all = distinct(checked.flatMap(({ reported }) => reported));
    for (const [option, text] of Object.entries(fileTexts)) {
        const file = options[option as FileOption]; // its own keys
        if (file !== undefined && file !== "-") {
            await writeText(file, text(all));
        }
    }
    const detail = verbose === true ? "all" : "grouped notes";
    const render: Readonly<Record<Form, () => string>> = {
        text: () =>
            checked
                .filter(({ reported }) => quiet !== true || !isFine(reported))
                .map(({ stack, reported, verdict }) => {
                    const shown = quiet === true ? failing(reported) : reported;
                    const heading = checked.length > 1 ? `stack ${stack ?? ""}\n\n` : "";
                    return `${heading}${renderFindings(shown, reasons, page, { verdict, detail })}\n`;
                })
                .join("\n"),
        "--json": () => `${JSON.stringify(documentOf(checked), undefined, 4)}\n`,
        "--github": () => lines(renderAnnotations(all)),
        "--sarif -": () => fileTexts.sarif(all),
        "--gitlab -": () => fileTexts.gitlab(all),
        "--junit -": () => fileTexts.junit(all),
    };
    return { output: render[form](), exitCode: isFine(all) ? 0 : 1 };

    function documentOf(topologies: readonly CheckedTopology[]): object {
        const documents = topologies.map((each) => [each.stack ?? "", jsonOf(each)] as const);
        return documents.length > 1 ? { stacks: Object.fromEntries(documents) } : (documents[0]?.[1] ?? {});
    }

    function jsonOf({ reported, verdict }: CheckedTopology): FindingsJson {
        return findingsJson(reported, target !== undefined, verdict);
    }
}

function checkOne(
    { topology, findings, locate, importCheck, stack }: TopologyInput,
    { target, vhost, minSeverity = "note" }: CheckCommandOptions,
    baseline: Baseline | undefined,
    today: string,
): CheckedTopology {
    const imported = importCheck?.(target ?? topology.brokerVersion);
    const findingsFor = (each: KnownVersion): readonly Finding[] => {
        const isOwn = each === (target ?? topology.brokerVersion);
        const { findings: imports = [], reports } = (isOwn ? imported : importCheck?.(each)) ?? {};
        return [
            ...check(topology, { target: each }).filter((finding) => reports?.(finding) !== true),
            ...imports,
        ];
    };
    const compared = target === undefined ? undefined : compareVersions(topology, target, findingsFor);
    const found = [
        ...findings.filter((each) => imported?.reports(each) !== true),
        ...(compared?.findings ?? findingsFor(topology.brokerVersion)),
        ...(compared?.absent ?? []),
    ];
    const whole = target === undefined && vhost === undefined;
    const reported = accept(
        found,
        baseline,
        { stack: stack?.name, today, whole, stateOf: compared?.stateOf },
        imported?.locate ?? locate,
    )
        .filter(({ finding }) => isAtLeastAsSevere(finding.severity, minSeverity))
        .toSorted((a, b) => compareFindings(a.finding, b.finding));
    return { stack: stack?.name, reported, verdict: imported?.verdict };
}

/** Several stacks mostly have the same findings in the same lines. */
function distinct(reported: readonly ReportedFinding[]): readonly ReportedFinding[] {
    return [
        ...new Map(reported.map((each) => [JSON.stringify([each.finding, each.location]), each])).values(),
    ];
}

type FileOption = "sarif" | "gitlab" | "junit";

/** The format of standard output. Without an option it is text. */
type Form = "--github" | "--json" | `--${FileOption} -` | "text";

/** @throws UsageError for more than one format, because each is a whole document */
function formOf(options: CheckCommandOptions): Form {
    const requested: Form[] = [
        ...(options.json === true ? (["--json"] as const) : []),
        ...(options.github === true ? (["--github"] as const) : []),
        ...(["sarif", "gitlab", "junit"] as const)
            .filter((option) => options[option] === "-")
            .map((option) => `--${option} -` as const),
    ];
    if (requested.length > 1) {
        throw new UsageError(
            `${quoted(requested, " and ")} exclude each other, because each is printed to standard output; give one of them, or name a file instead of -`,
        );
    }
    return requested[0] ?? "text";
}

const allRules: readonly SarifRule[] = [...rules, ...Object.values(inputRules), ...baselineRules].toSorted(
    (a, b) => (a.id < b.id ? -1 : 1),
);
const reasons = new Map(allRules.map(({ id, reason }) => [id, reason]));

function failing(reported: readonly ReportedFinding[]): readonly ReportedFinding[] {
    return reported.filter(({ finding, state }) => finding.severity !== "note" && state !== "absent");
}

function isFine(reported: readonly ReportedFinding[]): boolean {
    const { errors, warnings } = countsOf(reported);
    return errors + warnings === 0;
}

/** The formats that are also written to files. */
const fileTexts: Readonly<Record<FileOption, (reported: readonly ReportedFinding[]) => string>> = {
    sarif: (reported) => document(toSarif(reported, allRules, ownPackage().version)),
    gitlab: (reported) => document(toCodeQuality(reported, sha256)),
    junit: renderJunit,
};

function document(value: unknown): string {
    return `${JSON.stringify(value, undefined, 4)}\n`;
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

function lines(text: string): string {
    return text === "" ? "" : `${text}\n`;
}

/**
 * The named baseline, or the baseline of the program, which applies to its own stacks only.
 * @param folder the folder of the program, if the topology is one of its stacks
 */
async function readBaseline(
    named: string | undefined,
    folder: string | undefined,
): Promise<Baseline | undefined> {
    const file = named ?? (folder === undefined ? undefined : join(folder, baselinePath));
    if (file === undefined) {
        return undefined;
    }
    const name = named ?? shownPath(file);
    try {
        return parseBaseline(await readFile(file, "utf8"), name);
    } catch (error) {
        if (!(error instanceof Error && "code" in error)) {
            throw error;
        }
        if (named === undefined && error.code === "ENOENT") {
            return undefined;
        }
        throw new UsageError(`baseline "${name}" cannot be read (${String(error.code)}); check the path`);
    }
}
