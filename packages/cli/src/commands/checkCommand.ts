import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrokerVersion, UsageError } from "@spot-messaging/topology";
import {
    accept,
    type Baseline,
    baselineRules,
    check,
    compareFindings,
    compareVersions,
    countsOf,
    type Finding,
    parseBaseline,
    type ReportedFinding,
    renderAnnotations,
    rules,
    type SarifRule,
    toSarif,
} from "@spot-messaging/topology/check";
import { inputRules } from "@spot-messaging/topology/definitions";
import { quoted } from "@spot-messaging/topology/text";
import { shownPath } from "../config/configFile.ts";
import { writeText } from "../input/textFile.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import type { InputOptions } from "../input/topologyInput.ts";
import type { CommandResult } from "../process/commandIo.ts";
import { ownPackage } from "../process/ownPackage.ts";
import { findingsJson, renderFindings } from "../render/findings.ts";
import type { Page } from "../render/paint.ts";

export interface CheckCommandOptions extends InputOptions {
    readonly json?: true;
    readonly github?: true;
    /** A file, or `-` for standard output. */
    readonly sarif?: string;
    readonly baseline?: string;
    /** Whether a person sees only what makes the exit code 1. */
    readonly quiet?: true;
}

const defaultBaseline = "topology/baseline.yaml";

/**
 * Judges a topology.
 * @param today such as `2026-11-24`
 * @throws UsageError
 */
export async function checkTopology(
    { topology, findings, locate, importCheck, stack }: TopologyInput,
    options: CheckCommandOptions,
    page: Page,
    today: string,
): Promise<CommandResult> {
    const { target, vhost, sarif } = options;
    const form = formOf(options);
    const baseline = await readBaseline(options.baseline, stack?.program.folder);
    const imported = importCheck?.(target);
    const judge = (version: BrokerVersion): readonly Finding[] => {
        const { findings: imports = [], says } = importCheck?.(version) ?? {};
        return [...check(topology, { target: version }).filter((each) => says?.(each) !== true), ...imports];
    };
    const compared = target === undefined ? undefined : compareVersions(topology, target, judge);
    const found = [
        ...findings.filter((each) => imported?.says(each) !== true),
        ...(compared?.findings ?? judge(topology.brokerVersion)),
        ...(compared?.absent ?? []),
    ];
    const whole = target === undefined && vhost === undefined;
    const judgements = accept(
        found,
        baseline,
        { stack: stack?.name, today, whole, stateOf: compared?.stateOf },
        imported?.locate ?? locate,
    ).toSorted((a, b) => compareFindings(a.finding, b.finding));
    if (sarif !== undefined && sarif !== "-") {
        await writeText(sarif, sarifText(judgements));
    }
    const render: Readonly<Record<Form, () => string>> = {
        text: () =>
            options.quiet === true && isFine(judgements)
                ? ""
                : `${renderFindings(options.quiet === true ? failing(judgements) : judgements, reasons, page, imported?.verdict)}\n`,
        "--json": () =>
            `${JSON.stringify(findingsJson(judgements, target !== undefined, imported?.verdict), undefined, 4)}\n`,
        "--github": () => lines(renderAnnotations(judgements)),
        "--sarif -": () => sarifText(judgements),
    };
    return { output: render[form](), exitCode: isFine(judgements) ? 0 : 1 };
}

/** What is printed; a form that is no option is printed where no other was asked for. */
type Form = "--github" | "--json" | "--sarif -" | "text";

/** @throws UsageError for more than one, since a reader of either could not read both */
function formOf({ json, github, sarif }: CheckCommandOptions): Form {
    const asked: Form[] = [
        ...(json === true ? (["--json"] as const) : []),
        ...(github === true ? (["--github"] as const) : []),
        ...(sarif === "-" ? (["--sarif -"] as const) : []),
    ];
    if (asked.length > 1) {
        throw new UsageError(
            `${quoted(asked, " and ")} exclude each other, since each fills standard output; give one of them, or SARIF a file of its own`,
        );
    }
    return asked[0] ?? "text";
}

const described: readonly SarifRule[] = [...rules, ...Object.values(inputRules), ...baselineRules].toSorted(
    (a, b) => (a.id < b.id ? -1 : 1),
);
const reasons = new Map(described.map(({ id, reason }) => [id, reason]));

function failing(judgements: readonly ReportedFinding[]): readonly ReportedFinding[] {
    return judgements.filter(({ finding, state }) => finding.severity !== "note" && state !== "absent");
}

function isFine(judgements: readonly ReportedFinding[]): boolean {
    const { errors, warnings } = countsOf(judgements);
    return errors + warnings === 0;
}

function sarifText(judgements: readonly ReportedFinding[]): string {
    return `${JSON.stringify(toSarif(judgements, described, ownPackage().version), undefined, 4)}\n`;
}

function lines(text: string): string {
    return text === "" ? "" : `${text}\n`;
}

/**
 * The named baseline, or the program's own one, which is only for its own stacks.
 * @param folder the program's, if the topology is one of its stacks
 */
async function readBaseline(
    named: string | undefined,
    folder: string | undefined,
): Promise<Baseline | undefined> {
    const file = named ?? (folder === undefined ? undefined : join(folder, defaultBaseline));
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
