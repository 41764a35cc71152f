import type { QueueType } from "../model/index.ts";

const ofMessages = ["max-length", "max-length-bytes"];

/** The settings of which each bounds what a queue of a type keeps. */
export const boundsOf: Readonly<Record<QueueType, readonly string[]>> = {
    classic: ofMessages,
    quorum: ofMessages,
    stream: ["max-age", "max-length-bytes"],
};
