import type { Mail } from "../../src/cli/mails/mail.ts";
import type { Random } from "./random.ts";

/** An e-mail of a run, recognisable by its serial number wherever its file name is known. */
export interface NumberedMail {
    readonly serial: number;
    readonly filename: string;
    readonly urgent: boolean;
    readonly content: Buffer;
}

/** The serial number in the name of a file; `undefined` if it is not one of a run's. */
export function serialOf(filename: string): number | undefined {
    const digits = /^chaos-(\d+)\.eml$/.exec(filename)?.[1];
    return digits === undefined ? undefined : Number(digits);
}

const urgentShare = 0.15;
/** The share of mails with exactly the bytes of another one: same digest, but an analysis of its own. */
const repeatedShare = 0.05;

/** Endless e-mails of many kinds: the samples, and generated ones with text, links, HTML and attachments. */
export function* numberedMails(samples: readonly Mail[], random: Random): Generator<NumberedMail, never> {
    let previous: Buffer = Buffer.from("");
    for (let serial = 1; ; serial += 1) {
        const repeated = previous.length > 0 && random.next() < repeatedShare;
        const content = repeated ? previous : contentOf(serial, samples, random);
        previous = content;
        const urgent = random.next() < urgentShare;
        yield { serial, filename: `chaos-${serial}.eml`, urgent, content };
    }
}

function contentOf(serial: number, samples: readonly Mail[], random: Random): Buffer {
    if (random.next() < 0.5) {
        const sample = random.pick(samples);
        return Buffer.concat([Buffer.from(`X-Serial: ${serial}\r\n`), sample.content]);
    }
    const kind = random.pick(["text", "link", "html", "attachment", "nested"] as const);
    return Buffer.from(generated(kind, serial, random));
}

type Kind = "text" | "link" | "html" | "attachment" | "nested";

function generated(kind: Kind, serial: number, random: Random): string {
    const head = [
        `From: Sender ${serial} <sender-${serial}@${random.pick(hosts)}>`,
        "To: spot@example.com",
        `Subject: ${kind} ${serial}`,
        `Date: Mon, 04 May 2026 10:${String(serial % 60).padStart(2, "0")}:00 +0000`,
        `Message-ID: <${serial}@example.com>`,
        "MIME-Version: 1.0",
    ];
    switch (kind) {
        case "text":
            return message(head, "text/plain; charset=utf-8", words(random, random.between(20, 2_000)));
        case "link":
            return message(
                head,
                "text/plain",
                `http://${random.pick(hosts)}/reset/${random.between(1, 1e9)}`,
            );
        case "html":
            return message(head, "text/html; charset=utf-8", page(random));
        case "attachment":
            return parts(head, serial, [
                part("text/plain", words(random, 50)),
                attachment(random.pick(names), bytes(random, random.between(1_000, 300_000))),
            ]);
        case "nested":
            return parts(head, serial, [
                part("text/html", page(random)),
                part("message/rfc822", message(head, "text/plain", words(random, 100))),
            ]);
    }
}

const hosts = ["example.com", "example.org", "login.example.net", "xn--bcher-kva.example", "192.0.2.7"];
const names = ["report.pdf", "photo.jpg", "invoice.pdf.exe", "macro.docm", "notes.txt"];
const vocabulary =
    "please verify your account before friday the meeting moved to room seven thanks for the".split(" ");

function words(random: Random, count: number): string {
    const list = Array.from({ length: count }, () => random.pick(vocabulary));
    return list.map((word, index) => (index % 12 === 11 ? `${word}.\r\n` : `${word} `)).join("");
}

function page(random: Random): string {
    const links = Array.from(
        { length: random.between(1, 40) },
        () => `<p>${words(random, 8)}<a href="https://${random.pick(hosts)}/">https://bank.example/</a></p>`,
    );
    return `<html><body>${links.join("\r\n")}</body></html>`;
}

/** Base64 of random bytes, in lines. */
function bytes(random: Random, size: number): string {
    const raw = Buffer.alloc(size);
    for (let at = 0; at < size; at += 4) {
        raw.writeUInt8(random.between(0, 255), at);
    }
    return raw.toString("base64").replaceAll(/.{76}/g, "$&\r\n");
}

function message(head: readonly string[], type: string, body: string): string {
    return [...head, `Content-Type: ${type}`, "", body, ""].join("\r\n");
}

function part(type: string, body: string): string {
    return [`Content-Type: ${type}`, "", body].join("\r\n");
}

function attachment(name: string, body: string): string {
    return [
        `Content-Type: application/octet-stream; name="${name}"`,
        "Content-Transfer-Encoding: base64",
        `Content-Disposition: attachment; filename="${name}"`,
        "",
        body,
    ].join("\r\n");
}

function parts(head: readonly string[], serial: number, all: readonly string[]): string {
    const boundary = `part-${serial}`;
    const body = [...all.map((each) => `--${boundary}\r\n${each}`), `--${boundary}--`].join("\r\n");
    return message(head, `multipart/mixed; boundary="${boundary}"`, body);
}
