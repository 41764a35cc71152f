import { counted, formatCount } from "@spot-messaging/topology/text";
import type { ExportReport, RedriveReport } from "../messages/redriveReport.ts";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** What a redrive did or would do, for a person. */
export function renderRedrive(
    { vhost, queue, dryRun, total, sent, kept, stopped, run, audit }: RedriveReport,
    { paint, width }: Page,
): string {
    const count = sent.reduce((sum, each) => sum + each.count, 0);
    const line = (text: string): string =>
        `  ${wrapText(text, "    ", width === undefined ? undefined : width - 2)}`;
    const verb = dryRun ? "would be sent" : "sent";
    return [
        `${paint("name", `queue "${queue}" in vhost "${vhost}"`)}: ${counted(total, "message")}, ${paint(count > 0 ? "good" : "warning", `${formatCount(count)} ${verb}`)}`,
        ...sent.map(({ target: { exchange, routingKey, queue: to }, count: each }) =>
            line(
                `${formatCount(each)} to ${to === undefined ? "" : `queue "${to}" through `}${exchange === "" ? "the default exchange" : `exchange "${exchange}"`} with "${routingKey}"`,
            ),
        ),
        ...kept.map(({ reason, count: each, isProblem }) =>
            line(
                `${paint(isProblem ? "error" : "faint", `${formatCount(each)} ${dryRun ? "would stay" : "stayed"}`)}: ${reason}`,
            ),
        ),
        ...(stopped === undefined
            ? []
            : [
                  line(
                      paint(
                          "error",
                          `stopped: ${stopped}; everything that was not sent is in the queue, so repeat the command to go on`,
                      ),
                  ),
              ]),
        ...(dryRun
            ? [
                  count > 0
                      ? "nothing was sent: this was a dry run; add --yes to send them"
                      : "no message was chosen",
              ]
            : count === 0 && stopped === undefined
              ? ["no message was chosen"]
              : []),
        ...(audit === undefined ? [] : [`run ${run ?? ""}, recorded in ${audit}`]),
    ].join("\n");
}

/** What an export did, for a person. */
export function renderExport(
    { vhost, queue, file, exported, inexact, removed }: ExportReport,
    { paint }: Page,
): string {
    return [
        `${paint("name", `queue "${queue}" in vhost "${vhost}"`)}: ${counted(exported, "message")} written to ${file}, which only its owner can read`,
        ...(inexact === 0
            ? []
            : [
                  paint(
                      "error",
                      `${counted(inexact, "message")} stay in the queue and are not in the file: the client cannot represent their headers exactly`,
                  ),
              ]),
        removed ? "they are no longer in the queue" : "they are still in the queue; --remove takes them out",
    ].join("\n");
}
