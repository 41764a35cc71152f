import { messageIdOf } from "@spot-messaging/topology/messages";
import { counted, formatCount } from "@spot-messaging/topology/text";
import { countsLostChannels } from "../messages/parkedQueue.ts";
import type { PeekedQueue } from "../messages/peekedQueue.ts";
import { ageText } from "./age.ts";
import { reorderText } from "./deadLetters.ts";
import type { Page } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/**
 * The first messages of a queue, for a person.
 * @param now in milliseconds since 1970
 */
export function renderPeek(
    { vhost, queue, type, version, total, mayReorder, messages }: PeekedQueue,
    page: Page,
    now: number,
): string {
    const place = `queue "${queue}" in vhost "${vhost}"`;
    if (messages.length === 0) {
        return `${place} is empty`;
    }
    return [
        `${page.paint("name", place)}: ${messages.length < total ? `the first ${formatCount(messages.length)} of ` : ""}${counted(total, "message")}`,
        "",
        ...messages.flatMap(({ cause, body, bytes, properties, ...message }) => [
            `${page.paint("name", messageIdOf({ properties }) ?? "(no id)")}  ${counted(bytes, "byte")}, published ${ageText(properties.timestamp, now)}${properties.type === undefined ? "" : `, type "${properties.type}"`}, key "${message.routingKey}"`,
            `  ${wrapText(cause.sentence, "  ", page.width)}`,
            ...(body === undefined ? [] : [`  ${Buffer.from(body, "base64").toString("utf8")}`]),
        ]),
        "",
        wrapText(mayReorder ? reorderText : effectText(type, version), "", page.width),
    ].join("\n");
}

/** What a look changes: as measured in tests/broker/deadLetters.test.ts. */
function effectText(type: string, version: string): string {
    return type === "classic"
        ? "the messages are in the queue again, in their order; the broker marks them as redelivered"
        : countsLostChannels(version)
          ? "the messages are in the queue again, in their order and with their delivery counts; only x-acquired-count has grown"
          : `the messages are in the queue again, in their order; RabbitMQ ${version} counted the look in x-delivery-count, and the queue has no delivery limit`;
}
