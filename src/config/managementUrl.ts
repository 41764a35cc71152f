import type { ConfigReader } from "./configReader.ts";

/** Checks the URL of a management API. An empty one is already reported by the reader. */
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

/** The same for a broker with only TLS listeners. */
export function secureUrl(reader: ConfigReader, key: string, url: string): string {
    if (/^http:/i.test(url)) {
        reader.reject(
            key,
            "begins with http:",
            "write https: the nodes accept nothing else, and http would expose the administrator's password in transit",
        );
        return url;
    }
    return managementUrl(reader, key, url);
}
