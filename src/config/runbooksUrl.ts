import type { ConfigReader } from "./configReader.ts";

/** The URL of the folder with the alerts' runbooks, without a slash at its end. */
export function runbooksUrlOf(reader: ConfigReader): string | undefined {
    const key = "runbooksUrl";
    const text = reader.optionalText(key);
    if (text !== undefined && !/^https?:\/\/[^/@\s?#]+(?:\/[^@\s?#]*)?$/.test(text)) {
        reader.reject(
            key,
            `has the value "${text.replace(/^(https?:\/\/)?.*@/, "$1***@")}"`,
            'write the URL of a folder, such as "https://git.example.com/spot-messaging/blob/main/docs/runbooks/alerts"',
        );
    }
    return text?.replace(/\/+$/, "");
}
