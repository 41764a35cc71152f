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
    /** Prints errors and warnings only, and nothing if there are none. */
    readonly quiet?: true;
}

const defaultBaseline = "topology/baseline.yaml";

/**
 * Checks a topology, and applies the accepted findings of its baseline.
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
    const version = target ?? topology.brokerVersion;
    const imported = importCheck?.(version);
    const findingsFor = (each: BrokerVersion): readonly Finding[] => {
        const { findings: imports = [], reports } = (each === version ? imported : importCheck?.(each)) ?? {};
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
    ).toSorted((a, b) => compareFindings(a.finding, b.finding));
    if (sarif !== undefined && sarif !== "-") {
        await writeText(sarif, sarifText(reported));
    }
    const render: Readonly<Record<Form, () => string>> = {
        text: () =>
            options.quiet === true && isFine(reported)
                ? ""
                : `${renderFindings(options.quiet === true ? failing(reported) : reported, reasons, page, imported?.verdict)}\n`,
        "--json": () =>
            `${JSON.stringify(findingsJson(reported, target !== undefined, imported?.verdict), undefined, 4)}\n`,
        "--github": () => lines(renderAnnotations(reported)),
        "--sarif -": () => sarifText(reported),
    };
    return { output: render[form](), exitCode: isFine(reported) ? 0 : 1 };
}

/** The format of standard output. Without an option it is text. */
type Form = "--github" | "--json" | "--sarif -" | "text";

/** @throws UsageError for more than one format, because each is a whole document */
function formOf({ json, github, sarif }: CheckCommandOptions): Form {
    const requested: Form[] = [
        ...(json === true ? (["--json"] as const) : []),
        ...(github === true ? (["--github"] as const) : []),
        ...(sarif === "-" ? (["--sarif -"] as const) : []),
    ];
    if (requested.length > 1) {
        throw new UsageError(
            `${quoted(requested, " and ")} exclude each other, because each is printed to standard output; give one of them, or write SARIF to a file`,
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

function sarifText(reported: readonly ReportedFinding[]): string {
    return `${JSON.stringify(toSarif(reported, allRules, ownPackage().version), undefined, 4)}\n`;
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
