import { counted, formatCount } from "@spot-messaging/topology/text";
import type { CauseGroup, ParkedGroups } from "../messages/causeGroups.ts";
import { ageText } from "./age.ts";
import { columns } from "./columns.ts";
import type { Page } from "./paint.ts";
import { visibleLine } from "./visible.ts";
import { wrapText } from "./wrapText.ts";

/** The reasons for a person, in the words of RabbitMQ's documentation. */
export const reasonTexts: Readonly<Record<CauseGroup["reason"], string>> = {
    failed: "failed",
    rejected: "rejected",
    expired: "expired",
    delivery_limit: "delivery limit",
    maxlen: "queue full",
    unroutable: "unroutable",
    unknown: "unknown",
};

/**
 * The parking queues with messages, for a person.
 * @param queues the number of all parking queues
 * @param now in milliseconds since 1970
 */
export function renderDead(groups: readonly ParkedGroups[], queues: number, page: Page, now: number): string {
    const shown = groups.filter(({ total, problem }) => total > 0 || problem !== undefined);
    const total = shown.reduce((sum, each) => sum + each.total, 0);
    const [first] = shown.filter((each) => each.total > 0);
    return [
        total === 0
            ? page.paint("good", `no messages in ${counted(queues, "parking queue")}`)
            : `${page.paint("error", counted(total, "message"))} in ${formatCount(shown.length)} of ${counted(queues, "parking queue")}`,
        ...shown.map((each) => renderQueue(each, page, now)),
        ...(first === undefined
            ? []
            : [`topology why ${visibleLine(first.queue)} explains one, topology redrive sends them back`]),
    ].join("\n\n");
}

function renderQueue(
    { vhost, queue, total, read, causes, mayReorder, problem }: ParkedGroups,
    page: Page,
    now: number,
): string {
    const place = `vhost "${visibleLine(vhost)}": queue "${visibleLine(queue)}"`;
    if (problem !== undefined) {
        return wrapText(problem, "  ", page.width);
    }
    const rows = causes.map((each) => [
        formatCount(each.count),
        reasonTexts[each.reason],
        each.queue ?? "-",
        each.service ?? "-",
        ...(causes.some(({ release }) => release !== undefined) ? [each.release ?? "-"] : []),
        each.errorType ?? "-",
        ageText(each.oldest, now),
        ageText(each.newest, now),
    ]);
    const head = [
        "count",
        "reason",
        "failed in",
        "service",
        ...(causes.some(({ release }) => release !== undefined) ? ["release"] : []),
        "error",
        "first",
        "last",
    ];
    const [heading = "", ...lines] = columns([head, ...rows], ["right"]);
    return [
        `${page.paint("name", place)}: ${counted(total, "message")}${read < total ? `, the first ${formatCount(read)} were read (--limit)` : ""}`,
        `  ${page.paint("faint", heading)}`,
        ...lines.map((line) => `  ${line}`),
        ...(mayReorder ? [`  ${reorderText}`] : []),
    ].join("\n");
}

/** Shown after a look that could not keep the order. */
export const reorderText =
    "more messages than the look reads were put back before: those that it read are behind the others now";
