import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../src/cli/project.ts";
import { brokenPromises, type Ledger } from "./ledger.ts";
import type { Overload } from "./overload.ts";
import type { RunRecord } from "./run.ts";

const file = join(projectRoot, "docs", "reliability", "services.md");

/** The sections of the page, each written by one kind of run. */
export type Section = "chaos" | "overload";

/** Writes one section of `docs/reliability/services.md`, and leaves the others. */
export async function writeSection(section: Section, lines: readonly string[]): Promise<string> {
    const text = await readFile(file, "utf8");
    const [begin, end] = [`<!-- ${section}: written by npm run chaos -->`, `<!-- end of ${section} -->`];
    const [before, rest] = split(text, begin);
    const [, after] = split(rest, end);
    await writeFile(file, `${before}${begin}\n\n${lines.join("\n")}\n\n${end}${after}`);
    return file;
}

function split(text: string, mark: string): [string, string] {
    const at = text.indexOf(mark);
    if (at < 0) {
        throw new Error(`${file}: the line "${mark}" is missing`);
    }
    return [text.slice(0, at), text.slice(at + mark.length)];
}

/** The circumstances of a run, as rows of a table. */
export function circumstances(seed: number, startedAt: number, brokerVersion: string): readonly string[] {
    const processors = os.cpus();
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
        cwd: projectRoot,
        encoding: "utf8",
    });
    const memory = Math.round(os.totalmem() / 2 ** 30);
    return [
        "| | |",
        "|---|---|",
        `| date | ${new Date(startedAt).toISOString().slice(0, 16).replace("T", " ")} UTC |`,
        `| commit | ${commit.trim()} |`,
        `| versions | RabbitMQ ${brokerVersion}, PostgreSQL 17, Node.js ${process.versions.node} |`,
        `| machine | ${processors.length} processors, ${memory} GiB, everything on it; ${os.loadavg()[2]?.toFixed(0) ?? "?"} runnable processes on average, other programs included |`,
        `| seed | ${seed} |`,
    ];
}

/** The section of a chaos run. */
export function chaosLines(run: RunRecord, ledger: Ledger): readonly string[] {
    const { fates, notifications } = ledger;
    const minutes = Math.round((run.endedAt - run.startedAt) / 60_000);
    return [
        ...circumstances(run.seed, run.startedAt, run.brokerVersion),
        `| load | ${ledger.sent} e-mails in ${minutes} minutes |`,
        "",
        "| promise | count |",
        "|---|---|",
        `| lost | ${ledger.lost.length} |`,
        `| duplicate results | ${ledger.duplicateResults.length} |`,
        `| stuck | ${ledger.stuck.length} |`,
        `| untrue answers | ${ledger.untrueAnswers.length} |`,
        `| notifications repeated without a lost answer | ${notifications.repeated.length} |`,
        "",
        ...brokenPromises(ledger)
            .slice(0, 50)
            .map((each) => `- ${each}`),
        "",
        "| | |",
        "|---|---|",
        `| accepted | ${fates.accepted} |`,
        `| answered "not accepted" | ${fates["not accepted"]} |`,
        `| outcome unknown to the sender | ${fates.unknown} |`,
        `| never sent, because no gateway could be reached | ${fates["not sent"]} |`,
        `| completed | ${ledger.completed} |`,
        `| failed, with a result that says why | ${ledger.failed} |`,
        `| dead-lettered | ${ledger.deadLettered} |`,
        `| completed a second, faults included | ${ledger.goodput.toFixed(2)} |`,
        `| from acceptance to result, median and 95th percentile | ${ledger.seconds.median.toFixed(1)} s, ${ledger.seconds.p95.toFixed(1)} s |`,
        `| notifications delivered | ${notifications.sent} |`,
        `| repeated, because the receiver did not answer | ${notifications.repeatedUnanswered} |`,
        `| repeated, because a fault lost the answer | ${notifications.repeatedInFault} |`,
        "",
        `${run.faults.length} faults. "Accepted" and "concluded" are the times from the repair until a submission was accepted, and until an e-mail submitted after the repair had its result.`,
        "",
        "| fault | lasted | accepted | concluded |",
        "|---|---|---|---|",
        ...run.faults.map(
            ({ title, injectedAt, repairedAt, acceptedAfterMs, concludedAfterMs }) =>
                `| ${title} | ${seconds(repairedAt - injectedAt)} | ${seconds(acceptedAfterMs)} | ${seconds(concludedAfterMs)} |`,
        ),
    ];
}

/** The section of an overload run. */
export function overloadLines(run: Overload): readonly string[] {
    const { capacity, offered, goodput, urgent, normal, deadlineSeconds, ledger } = run;
    const classOf = (name: string, { accepted, completed, p95 }: Overload["urgent"]): string =>
        `| ${name}: accepted, completed, 95th percentile of the time to the result | ${accepted}, ${completed}, ${p95.toFixed(1)} s |`;
    return [
        ...circumstances(run.seed, run.startedAt, run.brokerVersion),
        `| load | ${offered.toFixed(1)} e-mails a second for ${run.minutes} minutes, each analyzer with 0.15 processors |`,
        "",
        "| | |",
        "|---|---|",
        `| capacity | ${capacity.toFixed(2)} analyses a second |`,
        `| goodput under overload | ${goodput.toFixed(2)} a second, ${Math.round((100 * goodput) / capacity)} % of the capacity |`,
        `| deadline | ${deadlineSeconds} s |`,
        classOf("urgent", urgent),
        classOf("normal", normal),
        `| answered "not accepted" | ${ledger.fates["not accepted"]} |`,
        `| lost, duplicate results, stuck, untrue answers | ${ledger.lost.length}, ${ledger.duplicateResults.length}, ${ledger.stuck.length}, ${ledger.untrueAnswers.length} |`,
    ];
}

function seconds(ms: number | undefined): string {
    return ms === undefined ? "not within 120 s" : `${(ms / 1_000).toFixed(1)} s`;
}
