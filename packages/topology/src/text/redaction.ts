/** Replaces a secret. Pulumi writes the same. */
export const redacted = "[secret]";

/** Returns the replacement of a secret. */
export type Mark = (secret: string) => string;

const plainMark: Mark = () => redacted;

const secretWords =
    /(?:^| )(?:pass(?:word|wd|phrase|code)s?|pwd|secrets?|token|credentials?|(?:api|access|account|private|signing|encryption|shared) ?keys?|authori[sz]ation|connection ?string|cookie|web ?hook (?:ur[il]|endpoint|address))(?: hash)?$/u;

/**
 * Whether the name of a key means that its value is a secret: `password_hash`, `webhookToken`, `TOPOLOGY_BROKER_PASSWORD`, but not `maxTokens`,
 * `secretName`. A person who knows a webhook's URL can post to it, so `webhookUrl` is a secret too.
 */
export function isSecretName(key: string): boolean {
    return secretWords.test(wordsOf(key));
}

/** The same if the value is known: a queue may be named `notifications.webhook`, but a URL under such a key is a webhook's. */
export function isSecretEntry(key: string, value: unknown): boolean {
    return isSecretName(key) || (isUrl(value) && /(?:^| )web ?hooks?$/u.test(wordsOf(key)));
}

function isUrl(value: unknown): boolean {
    return typeof value === "string" && /^https?:\/\//iu.test(value);
}

function wordsOf(key: string): string {
    return key
        .replace(/(?<=[a-z0-9])(?=[A-Z])/gu, " ")
        .replace(/[^A-Za-z0-9]+/gu, " ")
        .trim()
        .toLowerCase();
}

/** The forms of secrets; the group `secret` is replaced. */
const forms: readonly RegExp[] = [
    /(?<before>-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----)(?<secret>[\s\S]*?)(?<after>-----END|$)/gu,
    // Up to the last @ of the word, because passwords in URLs are often unescaped; `host:port` is not a credential.
    /(?<before>\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"'<>]*:)(?!\d{1,5}(?:[/?#,;\s"'<>]|$))(?<secret>[^\s"'<>]+)(?<after>@)/giu,
    // URLs that are secrets themselves. The hosts of webhooks (Slack, Teams, Zapier) have only secrets in their paths.
    /(?<before>\bhttps?:\/\/(?:[\w-]+\.)*(?:web)?hooks?\.[^\s"'<>\\/?#]+\/)(?<secret>[^\s"'<>\\]+)(?<after>)/giu,
    // Other services (Discord, Mattermost, Feishu) put a key after such a word: unlike a name, it is long and has digits.
    /(?<before>\bhttps?:\/\/[^\s"'<>\\?#]*\/(?:(?:web)?hooks?|integrations?|keys?|tokens?)\/)(?<secret>(?=[^\s"'<>\\]*(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16})[^\s"'<>\\]+)(?<after>)/giu,
    // A Telegram bot token.
    /(?<before>\/bot)(?<secret>\d+:[\w-]{8,})(?<after>)/gu,
    // Google Chat, Azure workflows and functions, and signed URLs of object stores.
    /(?<before>[?&](?:[\w-]*signature|sig|key|code)=)(?<secret>[^\s"'<>\\&#]+)(?<after>)/giu,
    /(?<before>\b(?:basic|bearer)\s+)(?<secret>[\w+/=.~-]{8,})(?<after>)/giu,
    /(?<before>\b(?:[\w.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?))\\?["']?\s*[:=]\s*\\?["']?)(?<secret>[^\s"',;&}\])\\]+)(?<after>)/giu,
    /(?<before>)(?<secret>\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[0-9A-Z]{16}|pul-[0-9a-f]{40}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*))(?<after>)/gu,
];

/** A fast test whether any form can match: most texts contain none of these words. */
const hint =
    /:\/\/|BEGIN|basic|bearer|pass|secret|token|key|credential|gh[pousr]_|github_pat|AKIA|pul-|eyJ/iu;

/** The minimum length of a known secret; a shorter one would match inside ordinary words. */
const minSecretLength = 4;

/**
 * A text without known secrets and without secrets that are recognised by their form.
 * @param known secrets that must not be in the text in any spelling
 */
export function redactText(text: string, known: readonly string[] = [], mark: Mark = plainMark): string {
    let clean = text;
    for (const secret of known.flatMap(spellings)) {
        clean = clean.replaceAll(secret, mark(secret));
    }
    if (!hint.test(clean)) {
        return clean;
    }
    for (const form of forms) {
        clean = clean.replace(form, (...found) => {
            const { before = "", secret = "", after = "" } = found.at(-1) as Readonly<Record<string, string>>; // the groups come last
            return `${before}${secret.startsWith(redacted.slice(0, -1)) ? secret : mark(secret)}${after}`;
        });
    }
    return clean;
}

function spellings(secret: string): readonly string[] {
    return secret.length < minSecretLength
        ? []
        : [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
}

/** The same for every text in a value; the value of a key with a secret's name is replaced completely. */
export function redactValue<T>(value: T, known: readonly string[] = [], mark: Mark = plainMark): T {
    const clean = (text: string): string => redactText(text, known, mark);
    return cleanValue(value, clean, cleanKeys(clean), mark) as T; // texts stay texts, lists lists, and tables keep their keys
}

interface CleanKey {
    readonly text: string;
    readonly isSecret: (value: string) => boolean;
}

/** Caches keys, because thousands of objects have the same few keys. */
function cleanKeys(clean: (text: string) => string): (key: string) => CleanKey {
    const seen = new Map<string, CleanKey>();
    return (key) => {
        const known = seen.get(key) ?? cleanKey(key, clean(key));
        seen.set(key, known);
        return known;
    };
}

function cleanKey(key: string, text: string): CleanKey {
    const isSecret = isSecretName(key);
    // The key's words are checked once for all its values.
    return { text, isSecret: (value) => isSecret || (isUrl(value) && isSecretEntry(key, value)) };
}

/** Returns the same object if it contains no secret: that is nearly always the case, and copying is slower than searching. */
function cleanValue(
    value: unknown,
    clean: (text: string) => string,
    keyOf: (key: string) => CleanKey,
    mark: Mark,
): unknown {
    if (typeof value === "string") {
        return clean(value);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return cleanList(value, (each) => cleanValue(each, clean, keyOf, mark));
    }
    const keys = Object.keys(value);
    const table = value as Readonly<Record<string, unknown>>; // not a primitive and not a list
    const cleanEntry = (key: string): unknown => {
        const each = table[key];
        if (typeof each !== "string" || each === "" || !keyOf(key).isSecret(each)) {
            return cleanValue(each, clean, keyOf, mark);
        }
        return each.startsWith(redacted.slice(0, -1)) ? each : mark(each);
    };
    for (const [index, key] of keys.entries()) {
        const each = cleanEntry(key);
        if (each !== table[key] || keyOf(key).text !== key) {
            const before = keys.slice(0, index).map((other) => [other, table[other]]);
            const rest = keys.slice(index + 1).map((other) => [keyOf(other).text, cleanEntry(other)]);
            return Object.fromEntries([...before, [keyOf(key).text, each], ...rest]) as unknown;
        }
    }
    return value;
}

function cleanList(items: readonly unknown[], clean: (each: unknown) => unknown): readonly unknown[] {
    for (const [index, item] of items.entries()) {
        const each = clean(item);
        if (each !== item) {
            return [...items.slice(0, index), each, ...items.slice(index + 1).map(clean)];
        }
    }
    return items;
}
