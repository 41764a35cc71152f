import type {
    MessageHistory,
    ParkedMessage,
    ParkingCause,
    RedriveOutlook,
} from "@spot-messaging/topology/messages";

/** Why one message is in a parking queue. */
export interface MessageExplanation {
    readonly message: ParkedMessage;
    readonly history: MessageHistory;
    readonly cause: ParkingCause;
    /** How many of the messages that were read have the same cause. */
    readonly alike: { readonly count: number; readonly read: number; readonly total: number };
    /** Whether it would fail again if it were sent back now. */
    readonly outlook: RedriveOutlook;
    /** @default - without `--body` */
    readonly body?: string;
}
