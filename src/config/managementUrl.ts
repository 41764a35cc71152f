import type { ConfigReader } from "./configReader.ts";

/** Judges the URL of a management API; an empty one is the reader's business. */
export function managementUrl(reader: ConfigReader, key: string, url: string): string {
    if (url !== "" && !/^https?:\/\/[^/@]+\/?$/.test(url)) {
        reader.reject(
            key,
            `has the value "${url.replace(/^(https?:\/\/)?.*@/, "$1***@")}"`,
            'write the management API\'s URL without credentials and path, such as "https://broker.example.com"',
        );
    }
    return url;
}

/** The same of a broker that answers TLS only. */
export function secureUrl(reader: ConfigReader, key: string, url: string): string {
    if (/^http:/i.test(url)) {
        reader.reject(
            key,
            "begins with http:",
            "write https: the nodes answer nothing else, and the administrator's password would be read by everybody in between",
        );
        return url;
    }
    return managementUrl(reader, key, url);
}
