/** Where notifications go. A channel without a server writes files below the notifier's data folder. */
export interface NotificationChannels {
    readonly mailServer?: MailServer;
    readonly webhookUrl?: string;
}

/** The mail server that accepts notifications, without authentication. */
export interface MailServer {
    readonly host: string;
    readonly port: number;
    readonly from: string;
    readonly to: string;
}
