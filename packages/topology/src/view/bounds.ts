import type { QueueType } from "../model/index.ts";

const ofMessages = ["max-length", "max-length-bytes"];

/** The settings that limit how much a queue of a type stores; each is enough. */
export const boundsOf: Readonly<Record<QueueType, readonly string[]>> = {
    classic: ofMessages,
    quorum: ofMessages,
    stream: ["max-age", "max-length-bytes"],
};
