import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import {
    accept,
    type Baseline,
    baselineRules,
    check,
    compareFindings,
    compareVersions,
    countsOf,
    type Judgement,
    parseBaseline,
    renderAnnotations,
    rules,
    type SarifRule,
    toSarif,
} from "@spot-messaging/topology/check";
import { inputRules } from "@spot-messaging/topology/definitions";
import { projectRoot } from "../../../../src/cli/project.ts";
import type { Answer } from "../answer.ts";
import type { TopologyInput } from "../input/topologyFile.ts";
import type { InputOptions } from "../input/topologyInput.ts";
import { findingsJson, renderFindings } from "../render/findings.ts";
import type { Page } from "../render/paint.ts";
import { writeText } from "../writeText.ts";

export interface CheckCommandOptions extends InputOptions {
    readonly json?: true;
    readonly github?: true;
    /** A file, or `-` for standard output. */
    readonly sarif?: string;
    readonly baseline?: string;
}

const defaultBaseline = "topology/baseline.yaml";

/**
 * Judges a topology.
 * @param today such as `2026-11-24`
 * @throws UsageError
 */
export async function checkTopology(
    { topology, findings, locate, stack }: TopologyInput,
    options: CheckCommandOptions,
    page: Page,
    today: string,
): Promise<Answer> {
    const { target, vhost, sarif } = options;
    const form = formOf(options);
    const baseline = await readBaseline(options.baseline, stack);
    const compared = target === undefined ? undefined : compareVersions(topology, target);
    const found = [...findings, ...(compared?.findings ?? check(topology)), ...(compared?.absent ?? [])];
    const whole = target === undefined && vhost === undefined;
    const judgements = accept(
        found,
        baseline,
        { stack, today, whole, stateOf: compared?.stateOf },
        locate,
    ).toSorted((a, b) => compareFindings(a.finding, b.finding));
    if (sarif !== undefined && sarif !== "-") {
        await writeText(sarif, sarifText(judgements));
    }
    const render: Readonly<Record<Form, () => string>> = {
        text: () => `${renderFindings(judgements, reasons, page)}\n`,
        "--json": () => `${JSON.stringify(findingsJson(judgements, target !== undefined), undefined, 4)}\n`,
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
            `${asked.map((each) => `"${each}"`).join(" and ")} exclude each other, since each fills standard output; give one of them, or SARIF a file of its own`,
        );
    }
    return asked[0] ?? "text";
}

const described: readonly SarifRule[] = [...rules, ...Object.values(inputRules), ...baselineRules].toSorted(
    (a, b) => (a.id < b.id ? -1 : 1),
);
const reasons = new Map(described.map(({ id, reason }) => [id, reason]));

function isFine(judgements: readonly Judgement[]): boolean {
    const { errors, warnings } = countsOf(judgements);
    return errors + warnings === 0;
}

function sarifText(judgements: readonly Judgement[]): string {
    return `${JSON.stringify(toSarif(judgements, described), undefined, 4)}\n`;
}

function lines(text: string): string {
    return text === "" ? "" : `${text}\n`;
}

/** The repository's own baseline is for the repository's own stacks; anybody else's topology brings its own. */
async function readBaseline(
    file: string | undefined,
    stack: string | undefined,
): Promise<Baseline | undefined> {
    if (file === undefined && stack === undefined) {
        return undefined;
    }
    try {
        const text = await readFile(file ?? join(projectRoot, defaultBaseline), "utf8");
        return parseBaseline(text, file ?? defaultBaseline);
    } catch (error) {
        if (!(error instanceof Error && "code" in error)) {
            throw error;
        }
        if (file === undefined && error.code === "ENOENT") {
            return undefined;
        }
        throw new UsageError(
            `baseline "${file ?? defaultBaseline}" cannot be read (${String(error.code)}); check the path`,
        );
    }
}
