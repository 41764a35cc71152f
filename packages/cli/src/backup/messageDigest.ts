import { createHash } from "node:crypto";
import { parkedHeaders } from "@spot-messaging/topology/messages";
import type { Message } from "amqplib";
import { messageLine } from "../messages/messageLine.ts";

/** Headers that the broker counts in the queue in which the message is. */
const counted: ReadonlySet<string> = new Set(["x-delivery-count", "x-acquired-count"]);

/**
 * The digest of what a message keeps when it is restored: everything but the broker's counts, its way into the queue, the keys of further queues,
 * and the user id, which the broker accepts only of its owner. Equal messages have equal digests.
 */
export function messageDigest(message: Message): string {
    const kept = Object.entries(parkedHeaders(message.properties.headers ?? {})).filter(
        ([name]) => !counted.has(name),
    );
    const text = messageLine({
        content: message.content,
        fields: { ...message.fields, exchange: "", routingKey: "" },
        // The broker may return headers in another order.
        properties: {
            ...message.properties,
            userId: undefined,
            clusterId: undefined,
            headers: Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))),
        },
    });
    return createHash("sha256").update(text).digest("base64");
}

/** How many messages of each digest there are. */
export class DigestCounts {
    readonly #counts = new Map<string, number>();

    add(digest: string): void {
        this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
    }

    /** Takes one message of a digest away; `false` if there is none. */
    take(digest: string): boolean {
        const count = this.#counts.get(digest) ?? 0;
        if (count === 0) {
            return false;
        }
        this.#counts.set(digest, count - 1);
        return true;
    }
}
