import { X509Certificate } from "node:crypto";
import type { ConfigReader } from "./configReader.ts";

/** The certificate of a private authority, as PEM; it is not a secret. */
export function authorityCertificate(reader: ConfigReader, key: string): string | undefined {
    const text = reader.optionalText(key);
    if (text !== undefined && !isCertificate(text)) {
        reader.reject(
            key,
            "is not a certificate in PEM",
            'write the text that begins with "-----BEGIN CERTIFICATE-----"',
        );
    }
    return text;
}

function isCertificate(text: string): boolean {
    try {
        return text.includes("-----BEGIN CERTIFICATE-----") && new X509Certificate(text).raw.length > 0;
    } catch {
        return false;
    }
}
