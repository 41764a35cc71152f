import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import type { Report } from "@spot-messaging/topology/review";
import { systemReason, writeText } from "../input/textFile.ts";
import type { Page } from "../render/paint.ts";

/** The output formats of a report. Each is written to a file, or with `true` or `-` to standard output. */
export interface OutputOptions {
    readonly json?: true | string;
    readonly markdown?: true | string;
    /** The verdict in one line. */
    readonly summary?: true | string;
    /** A file that ends in `.svg`, or a folder. */
    readonly svg?: string;
}

/** @throws UsageError if two formats go to standard output */
export function refuseTwoOutputs({ json, markdown, summary }: OutputOptions): void {
    const printed = Object.entries({ "--json": json, "--markdown": markdown, "--summary": summary })
        .filter(([, target]) => isPrinted(target))
        .map(([option]) => option);
    if (printed.length > 1) {
        throw new UsageError(
            `${printed.join(" and ")} cannot ${printed.length === 2 ? "both" : "all"} go to standard output; name a file for ${printed.length === 2 ? "one" : "all but one"} of them`,
        );
    }
}

/**
 * Writes the requested files.
 * @returns the text for standard output: the format without a file, or the text for people
 * @throws UsageError
 */
export async function writeReport(
    report: Report,
    { json, markdown, summary, svg }: OutputOptions,
    page: Page,
): Promise<string> {
    if (svg !== undefined) {
        await writePictures(report, svg);
    }
    return await writeFormats(
        { json, markdown, summary },
        {
            json: async () => {
                const { reportJson } = await import("@spot-messaging/topology/render");
                return reportJson(report);
            },
            markdown: async () => {
                const { renderReportMarkdown } = await import("@spot-messaging/topology/render");
                return renderReportMarkdown(report);
            },
            summary: async () => {
                const { redactedReport, verdictLine } = await import("@spot-messaging/topology/render");
                return verdictLine(redactedReport(report));
            },
            text: async () => {
                const { renderReportText } = await import("../render/report.ts");
                return renderReportText(report, page);
            },
        },
    );
}

/** A report in each format. */
export interface ReportFormats {
    readonly json: () => object | Promise<object>;
    readonly markdown: () => string | Promise<string>;
    readonly summary: () => string | Promise<string>;
    /** For people. */
    readonly text: () => string | Promise<string>;
}

/** The requested formats: each a file, or with `true` or `-` standard output. */
type RequestedFormats = {
    readonly [Format in Exclude<keyof ReportFormats, "text">]: true | string | undefined;
};

/**
 * Writes the requested formats.
 * @returns the text for standard output: the format without a file, or the text for people
 * @throws UsageError
 */
export async function writeFormats(
    { json, markdown, summary }: RequestedFormats,
    formats: ReportFormats,
): Promise<string> {
    const printed: string[] = [];
    if (json !== undefined) {
        await deliver(json, `${JSON.stringify(await formats.json(), undefined, 4)}\n`, printed);
    }
    if (markdown !== undefined) {
        await deliver(markdown, ended(await formats.markdown()), printed);
    }
    if (summary !== undefined) {
        await deliver(summary, ended(await formats.summary()), printed);
    }
    if (printed.length === 0) {
        printed.push(ended(await formats.text()));
    }
    return printed.join("");
}

function isPrinted(target: true | string | undefined): boolean {
    return target === true || target === "-";
}

async function deliver(target: true | string, text: string, printed: string[]): Promise<void> {
    if (target === true || target === "-") {
        printed.push(text);
    } else {
        await writeText(target, text);
    }
}

async function writePictures({ stacks }: Report, target: string): Promise<void> {
    const { renderChangedSvg } = await import("@spot-messaging/topology/pictures");
    const isFile = /\.svg$/iu.test(target);
    if (isFile && stacks.length > 1) {
        const names = stacks.map(({ stack }) => stack).join(", ");
        throw new UsageError(
            `--svg "${target}" is a single file, but there are several stacks (${names}); name a folder`,
        );
    }
    if (!isFile) {
        await mkdir(target, { recursive: true }).catch((error: unknown) => {
            throw new UsageError(
                `folder "${target}" cannot be created (${systemReason(error)}); name another folder`,
            );
        });
    }
    for (const each of stacks) {
        const file = isFile ? target : join(target, `${each.stack}.svg`);
        await writeText(file, ended(await renderChangedSvg(each)));
    }
}

function ended(text: string): string {
    return text.endsWith("\n") ? text : `${text}\n`;
}
