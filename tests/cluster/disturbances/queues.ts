import type { ChannelModel, ConfirmChannel } from "amqplib";
import { expect } from "vitest";
import { vhostName } from "../../../src/topology/names.ts";
import type { Site } from "../support/site.ts";

/** A request of the broker's administrator to the management API. What is deleted may be missing. */
export async function manage(
    { declared }: Site,
    method: "DELETE" | "PUT",
    path: string,
    body?: object,
): Promise<void> {
    const { managementEndpoint, administrator } = declared.access;
    const { username, password } = administrator;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const response = await fetch(`${managementEndpoint}/api/${path}`, {
        method,
        headers: { authorization, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect([201, 204, 404], `${method} ${path}`).toContain(response.status);
}

/** Removes all ready messages of a queue. */
export async function purge(site: Site, queue: string): Promise<void> {
    await manage(site, "DELETE", `queues/${vhostName}/${encodeURIComponent(queue)}/contents`);
}

interface Publication {
    readonly exchange: string;
    readonly key: string;
    readonly content: string;
    readonly options?: {
        readonly replyTo?: string;
        readonly correlationId?: string;
        readonly messageId?: string;
    };
}

/** Publishes messages, and waits until the broker has confirmed or refused all of them. */
export async function publish(connection: ChannelModel, publications: readonly Publication[]): Promise<void> {
    const channel = await connection.createConfirmChannel();
    await Promise.all(
        publications.map(async (each) => {
            await publishOne(channel, each);
        }),
    );
    await channel.close();
}

async function publishOne(
    channel: ConfirmChannel,
    { exchange, key, content, options }: Publication,
): Promise<void> {
    await new Promise<void>((resolve) => {
        const answered = (): void => {
            resolve();
        };
        channel.publish(exchange, key, Buffer.from(content), { persistent: true, ...options }, answered);
    });
}

/** The same message many times. */
export function repeated(count: number, publication: Publication): readonly Publication[] {
    return Array.from({ length: count }, () => publication);
}
