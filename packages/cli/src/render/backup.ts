import { counted, formatCount } from "@spot-messaging/topology/text";
import type { BackupReport, ObjectCounts, RestoreReport } from "../backup/backupReport.ts";
import type { RestoredQueue } from "../backup/restoreMessages.ts";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** The maximum number of objects that a list shows. */
const maxObjects = 20;

/** What a backup contains, for a person. */
export function renderBackup(
    { file, dryRun, broker, objects, queues, unread, size, stopped }: BackupReport,
    page: Page,
): string {
    const { paint } = page;
    const line = lines(page);
    const messages = queues.reduce((sum, { count }) => sum + count, 0);
    const what = `${objects === undefined ? "no definitions" : objectsText(objects)}; ${counted(messages, "message")} of ${counted(queues.length, "parking queue")}`;
    if (stopped !== undefined) {
        return `${paint("name", file)}: ${paint("error", stopped)}`;
    }
    return [
        `${paint("name", file)}: ${dryRun ? "would contain " : ""}${what}`,
        line(
            `of cluster "${broker.cluster}" (RabbitMQ ${broker.version}), as user "${broker.user}" at ${broker.at}`,
        ),
        ...queues
            .filter(({ count }) => count > 0)
            .map(({ vhost, queue, count, inexact }) =>
                line(
                    `${counted(count, "message")} of queue "${queue}" in vhost "${vhost}"${
                        inexact === 0
                            ? ""
                            : paint(
                                  "warning",
                                  `; ${formatCount(inexact)} have headers that the client cannot represent exactly, and will not be restored`,
                              )
                    }`,
                ),
            ),
        ...unread.map(({ problem }) => line(paint("error", `not in the backup: ${problem}`))),
        ...broker.unseen.map((each) => line(paint("error", each))),
        dryRun
            ? "nothing was written: this was a dry run"
            : `${counted(size ?? 0, "byte")}, encrypted; every record was read again, and counts and digests are right. Only its owner can read the file`,
    ].join("\n");
}

function objectsText(objects: ObjectCounts): string {
    const nouns = [
        ["users", "user"],
        ["vhosts", "virtual host"],
        ["exchanges", "exchange"],
        ["queues", "queue"],
        ["bindings", "binding"],
    ] as const;
    return nouns.map(([list, noun]) => counted(objects[list] ?? 0, noun)).join(", ");
}

/** What a restore did or would do, for a person. */
export function renderRestore(report: RestoreReport, page: Page): string {
    const { file, dryRun, backup, broker, added, replaced, kept, stray, queues, remarks, failed } = report;
    const { paint } = page;
    const line = lines(page);
    const list = (title: string, names: readonly string[]): readonly string[] =>
        names.length === 0
            ? []
            : [
                  `${title} (${formatCount(names.length)}):`,
                  ...names.slice(0, maxObjects).map(line),
                  ...(names.length > maxObjects
                      ? [line(`and ${formatCount(names.length - maxObjects)} more; --json lists all`)]
                      : []),
              ];
    return [
        `${paint("name", file)}: cluster "${backup.cluster}" at ${backup.at} ${dryRun ? "would be" : "was"} restored into broker "${broker.endpoint}"`,
        ...list(dryRun ? "would be added" : "added", added),
        ...list(paint("warning", dryRun ? "would be replaced" : "replaced"), replaced),
        ...list(
            paint("warning", "differs and stays as it is"),
            kept.map(({ object, fields, reason }) => `${object} (${fields.join(", ")}): ${reason}`),
        ),
        ...list("only on the broker, and stays", stray),
        ...list(paint("error", "the broker did not add"), failed),
        ...queues.flatMap((each) => queueText(each, dryRun, paint).map(line)),
        ...remarks.map((each) => line(paint("warning", each))),
        ...(dryRun ? ["nothing was changed: this was a dry run; add --yes to restore"] : []),
    ].join("\n");
}

function queueText(
    { vhost, queue, count, present, restored, inexact, problem }: RestoredQueue,
    dryRun: boolean,
    paint: Page["paint"],
): readonly string[] {
    const verb = dryRun ? "would be restored" : "restored";
    return [
        `queue "${queue}" in vhost "${vhost}": ${counted(count, "message")}, ${formatCount(restored)} ${verb}${present === 0 ? "" : `, ${formatCount(present)} already there`}`,
        ...(inexact === 0
            ? []
            : [
                  paint(
                      "error",
                      `  ${formatCount(inexact)} stay in the backup: the client cannot represent their headers exactly`,
                  ),
              ]),
        ...(problem === undefined ? [] : [paint("error", `  ${problem}`)]),
    ];
}

function lines({ width }: Page): (text: string) => string {
    return (text) => `  ${wrapText(text, "    ", width === undefined ? undefined : width - 2)}`;
}
