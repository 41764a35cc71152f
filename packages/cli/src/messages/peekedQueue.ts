import type { ParkedMessage, ParkingCause } from "@spot-messaging/topology/messages";

/** The first messages of a parking queue. */
export interface PeekedQueue {
    readonly vhost: string;
    readonly queue: string;
    readonly type: string;
    /** The version of the broker. */
    readonly version: string;
    readonly total: number;
    readonly mayReorder: boolean;
    readonly messages: readonly PeekedMessage[];
}

export interface PeekedMessage extends ParkedMessage {
    readonly cause: ParkingCause;
    /** In base64, because a body can be anything. @default - without `--body` */
    readonly body?: string;
}
