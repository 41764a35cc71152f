import { z } from "zod";
import { redacted, redactValue } from "../../text/redaction.ts";
import type { Properties } from "./step.ts";

/** The key that marks a table as a special value, and the value that marks a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** Keys that the engine adds to properties. */
const internalKeys = ["__defaults", "__pulumi_raw_state_delta"];

export const properties = z
    .record(z.string(), z.unknown())
    .nullish()
    .transform(
        (value): Properties | undefined =>
            value === undefined || value === null
                ? undefined
                : redactValue(withoutEnvelopes(value) as Properties), // a table stays a table
    );

/** Replaces every value that the engine marks as a secret, also with `--show-secrets`. */
function withoutEnvelopes(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutEnvelopes);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value);
    if (entries.some(([key, each]) => key === signatureKey && each === secretSignature)) {
        return redacted;
    }
    return Object.fromEntries(
        entries
            .filter(([key]) => !internalKeys.includes(key))
            .map(([key, each]) => [key, withoutEnvelopes(each)]),
    );
}

/** The plain texts of shown secrets, to redact them in other places as well. */
export function shownSecrets(value: unknown): readonly string[] {
    if (Array.isArray(value)) {
        return value.flatMap(shownSecrets);
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const entries = Object.entries(value);
    return entries.some(([key, each]) => key === signatureKey && each === secretSignature)
        ? entries.flatMap(([key, each]) => (key === signatureKey ? [] : textsOf(each)))
        : entries.flatMap(([, each]) => shownSecrets(each));
}

/** A secret's value is a text, or JSON in a text. */
function textsOf(value: unknown): readonly string[] {
    if (typeof value === "string") {
        const inner = parsed(value);
        return value === redacted ? [] : [value, ...(typeof inner === "string" ? [inner] : textsOf(inner))];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
