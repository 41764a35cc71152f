import { formatDuration, parseDuration } from "@spot-messaging/topology";
import { messageIdOf, type RecordedDeath } from "@spot-messaging/topology/messages";
import { counted, formatCount, quoted } from "@spot-messaging/topology/text";
import type { MessageExplanation } from "../messages/messageExplanation.ts";
import { ageText } from "./age.ts";
import { reorderText } from "./deadLetters.ts";
import type { Page, Style } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

const verdicts = {
    refused: ["error", "it cannot be sent back"],
    fails: ["error", "it would probably fail again"],
    waits: ["warning", "it would not be consumed"],
    open: ["good", "nothing speaks against it"],
} as const satisfies Readonly<Record<MessageExplanation["outlook"]["verdict"], readonly [Style, string]>>;

/**
 * Why a message is where it is, for a person; the cause comes first.
 * @param now in milliseconds since 1970
 */
export function renderWhy(
    { message, history, cause, alike, outlook, body }: MessageExplanation,
    mayReorder: boolean,
    { paint, width }: Page,
    now: number,
): string {
    const line = (text: string): string =>
        `  ${wrapText(text, "    ", width === undefined ? undefined : width - 2)}`;
    const part = (title: string, lines: readonly string[]): readonly string[] =>
        lines.length === 0 ? [] : ["", paint("name", title), ...lines.map(line)];
    const [style, verdict] = verdicts[outlook.verdict];
    const { target } = outlook;
    const to =
        target === undefined
            ? []
            : [
                  `to ${target.exchange === "" ? "the default exchange" : `exchange "${target.exchange}"`} with "${target.routingKey}"${target.queue === undefined ? "" : `, which routes it to queue "${target.queue}"`}`,
              ];
    return [
        wrapText(`${sentenceCase(cause.sentence)}.`, "", width),
        "",
        paint("name", "Message"),
        ...[
            `${messageIdOf(message) === undefined ? "without an id" : `"${messageIdOf(message) ?? ""}"`}, ${counted(message.bytes, "byte")}, in queue "${message.queue}" in vhost "${message.vhost}"`,
            `published ${ageText(message.properties.timestamp, now)}${message.properties.appId === undefined ? "" : ` by "${message.properties.appId}"`}${cause.at === undefined ? "" : `, failed ${ageText(cause.at, now)}`}`,
        ].map(line),
        ...part("Way", [
            ...history.deaths.flatMap((death) => deathLines(death, now)),
            `${message.exchange === "" ? "the default exchange" : `exchange "${message.exchange}"`} with "${message.routingKey}" -> queue "${message.queue}"`,
        ]),
        ...part("Attempts", attemptLines(cause, history)),
        ...part("Decided by", cause.settings),
        ...part(
            "Sent back before",
            history.redrives.map(
                ({ at, from, cause: why }) => `${ageText(at, now)} from queue "${from}": ${why}`,
            ),
        ),
        ...part("Alike", [
            `${formatCount(alike.count)} of ${alike.read === alike.total ? counted(alike.total, "message") : `the first ${counted(alike.read, "message")}`} in this queue ${alike.count === 1 ? "has" : "have"} this cause`,
        ]),
        "",
        `${paint("name", "If it is sent back now")}: ${paint(style, verdict)}`,
        ...[...to, ...outlook.reasons].map(line),
        ...(body === undefined ? [] : ["", paint("name", "Body"), body]),
        ...(mayReorder ? ["", reorderText] : []),
    ].join("\n");
}

function deathLines(
    { queue, reason, count, at, exchange, routingKeys, ownTtl }: RecordedDeath,
    now: number,
): readonly string[] {
    const from = `${exchange === "" ? "the default exchange" : `exchange "${exchange}"`} with ${quoted(routingKeys)}`;
    const span = ownTtl === undefined ? undefined : parseDuration(`${ownTtl} milliseconds`);
    const ttl = span === undefined ? "" : ` (its own expiration was ${formatDuration(span)})`;
    return [
        `${from} -> queue "${queue}": ${reason.replace("_", " ")}${ttl}${count > 1 ? ` ${counted(count, "time")}, first` : ""} ${ageText(at, now)}`,
    ];
}

function attemptLines(
    { attempts, reason }: MessageExplanation["cause"],
    { deaths }: MessageExplanation["history"],
): readonly string[] {
    const delayed = deaths
        .filter((each) => each.reason === "expired")
        .reduce((sum, each) => sum + each.count, 0);
    return [
        ...(attempts === undefined
            ? reason === "failed" || reason === "rejected"
                ? ["unknown: they are not recorded"]
                : []
            : [counted(attempts, "attempt")]),
        ...(reason === "failed" && delayed > 0
            ? [`${counted(delayed, "delay")} in delay queues between them`]
            : []),
    ];
}

function sentenceCase(text: string): string {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
