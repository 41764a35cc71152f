import { readFile } from "node:fs/promises";
import { packFiles } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { z } from "zod";
import { runInContainer } from "../../../src/cli/runInContainer.ts";
import { startContainer } from "../container.ts";

const program = "/sink.py";
const records = "/tmp/records.jsonl";
const refusing = "/tmp/refusing";

/** Its name in the plant's network, and its ports. */
export const sinkHost = "sink";
export const mailPort = 2525;
export const webhookPort = 8080;

const delivery = z.object({
    channel: z.enum(["email", "webhook"]),
    /** The idempotency key: header of the webhook, local part of the message id. */
    key: z.string(),
    /** `alert`, or the end of an analysis. */
    kind: z.string(),
    analysis: z.string(),
    filename: z.string(),
    /** Whether the sender got an answer. */
    answered: z.boolean(),
    /** Seconds since 1970. */
    at: z.number(),
});

/** One delivery that the mail server or the webhook receiver recorded. */
export type Delivery = z.infer<typeof delivery>;

/** A mail server and a webhook receiver in one container. What it recorded survives `docker kill`. */
export interface Sink {
    readonly container: Docker.Container;
    readonly deliveries: () => Promise<readonly Delivery[]>;
    /** Whether webhooks whose idempotency keys begin with `refused-` are answered 500. */
    readonly refuse: (does: boolean) => Promise<void>;
}

/** @param loseOneIn of so many first deliveries, one gets no answer; 0: all get theirs */
export async function startSink(
    docker: Docker,
    place: {
        readonly name: string;
        readonly image: string;
        readonly network: string;
        readonly labels: Readonly<Record<string, string>>;
    },
    loseOneIn: number,
): Promise<Sink> {
    const source = await readFile(new URL("sink.py", import.meta.url));
    const container = await startContainer(docker, {
        ...place,
        alias: sinkHost,
        command: [
            "sh",
            "-c",
            `touch ${records} && exec python3 ${program} ${records} ${loseOneIn} ${refusing}`,
        ],
        files: packFiles([{ path: program.slice(1), content: source }]),
    });
    return {
        container,
        deliveries: async () => {
            const { stdout } = await runInContainer(container, ["cat", records]);
            return stdout
                .split("\n")
                .filter((line) => line !== "")
                .map((line) => delivery.parse(JSON.parse(line)));
        },
        refuse: async (does) => {
            await runInContainer(container, does ? ["touch", refusing] : ["rm", "-f", refusing]);
        },
    };
}
