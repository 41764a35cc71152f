import type { MailServer, NotificationChannels } from "../environment/notificationChannels.ts";
import type { ConfigReader } from "./configReader.ts";

/** Where notifications go. */
export function notificationChannelsOf(reader: ConfigReader): NotificationChannels {
    const webhookUrl = reader.optionalText("webhookUrl");
    if (webhookUrl !== undefined && !isWebhookUrl(webhookUrl)) {
        reader.reject(
            "webhookUrl",
            // Not the value: the path of such a URL is often its secret.
            "is not the URL of a webhook",
            'write an http or https URL without user and password, such as "https://hooks.example.com/spot"',
        );
    }
    const mailServer = mailServerOf(reader);
    return {
        ...(mailServer !== undefined && { mailServer }),
        ...(webhookUrl !== undefined && { webhookUrl }),
    };
}

function mailServerOf(reader: ConfigReader): MailServer | undefined {
    const server = reader.optionalText("smtpServer");
    const [from, to] = [addressOf(reader, "smtpFrom", server), addressOf(reader, "smtpTo", server)];
    if (server === undefined) {
        return undefined;
    }
    const { host, digits } = /^(?<host>[A-Za-z0-9.-]+):(?<digits>\d{1,5})$/.exec(server)?.groups ?? {};
    const port = Number(digits);
    if (host === undefined || port < 1 || port > 65_535) {
        reader.reject(
            "smtpServer",
            `has the value "${server}"`,
            'write host and port, such as "smtp.example.com:25"',
        );
    }
    return { host: host ?? "", port, from, to };
}

function addressOf(reader: ConfigReader, key: "smtpFrom" | "smtpTo", server: string | undefined): string {
    const address = reader.optionalText(key);
    if (address === undefined && server !== undefined) {
        reader.reject(
            key,
            'is missing, but "smtpServer" is set',
            'write an address, such as "spot@example.com"',
        );
    } else if (address !== undefined && server === undefined) {
        reader.reject(key, 'is set, but "smtpServer" is not', "set the server, or remove the address");
    } else if (address !== undefined && !/^[^@\s]+@[^@\s]+$/.test(address)) {
        reader.reject(key, `has the value "${address}"`, 'write an address, such as "spot@example.com"');
    }
    return address ?? "";
}

function isWebhookUrl(text: string): boolean {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
