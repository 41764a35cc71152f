import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { topology } from "./topologyRun.ts";

const folder = mkdtempSync(join(tmpdir(), "topology-"));
afterAll(() => {
    rmSync(folder, { recursive: true });
});

/** Names that brokers accept, and that mean something to a terminal, a browser, Markdown or a log of GitHub Actions. */
const names: readonly (readonly [string, string])[] = [
    ["an escape sequence", "a\u001B[31mred\u001B[0m\u001B]8;;http://evil.example\u0007link"],
    ["control characters", "a\u0000\u0007\u0008\u007F\u009Bb"],
    ["line breaks", "a\nb\r\nc\u2028d\u2029e\u0085f"],
    ["marks that change the direction", "a\u202Egnp.exe\u202C\u2066b\u2069\u200F\u061C"],
    ["invisible characters", "a\u200Bb\u2060c\uFEFFd\u00ADe"],
    ["markup", "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"],
    ["Markdown", "[a](javascript:alert(1)) | `code` ``` **b** <!-- c --> @team #1"],
    ["an annotation", "a\n::error file=x::injected\n::set-output name=a::b%0A%25"],
    ["Mermaid", 'a"] --> evil[click x "javascript:alert(1)"]; end; %%{init}%%'],
    ["a closed CDATA section", "]]>--><x/>"],
    ["half a character", "a\uD800b"],
];

/** What must not reach a terminal or a log: control characters except line breaks and tabs, and marks of direction. */
const unprintable =
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u061C]/u;

const commands: readonly (readonly [
    string,
    (file: string, other: string, name: string) => readonly string[],
])[] = [
    ["check", (file) => ["check", "--verbose", "--definitions", file]],
    ["check --github", (file) => ["check", "--github", "--definitions", file]],
    ["check --junit -", (file) => ["check", "--junit", "-", "--definitions", file]],
    ["trace", (file, _, name) => ["trace", "--exchange", name, "--key", name, "--definitions", file]],
    ["explain", (file, _, name) => ["explain", name, "--definitions", file]],
    ["explain of a missing queue", (file, _, name) => ["explain", `${name}x`, "--definitions", file]],
    ["list", (file) => ["list", "queues", "--definitions", file]],
    ["list bindings", (file) => ["list", "bindings", "--definitions", file]],
    ["review", (file, other) => ["review", "--base", other, "--head", file]],
    ["review as Markdown", (file, other) => ["review", "--base", file, "--head", other, "--markdown"]],
];

const machine: readonly (readonly [string, (file: string, other: string) => readonly string[]])[] = [
    ["check --json", (file) => ["check", "--json", "--definitions", file]],
    ["check --sarif -", (file) => ["check", "--sarif", "-", "--definitions", file]],
    ["check --gitlab -", (file) => ["check", "--gitlab", "-", "--definitions", file]],
    ["list -o json", (file) => ["list", "queues", "-o", "json", "--definitions", file]],
    ["review --format json", (file, other) => ["review", "--base", other, "--head", file, "--json"]],
];

const other = join(folder, "other.json");
writeFileSync(other, JSON.stringify({ rabbit_version: "4.3.6", vhosts: [{ name: "/" }], queues: [] }));

function definitions(name: string): string {
    const inVhost = { vhost: "/", name, durable: true, auto_delete: false };
    return JSON.stringify({
        rabbit_version: "4.3.6",
        vhosts: [{ name: "/" }, { name }],
        users: [{ name, tags: [name] }],
        permissions: [{ user: name, vhost: "/", configure: ".*", write: ".*", read: ".*" }],
        exchanges: [
            { ...inVhost, type: "topic", internal: false, arguments: { "alternate-exchange": `${name}!` } },
        ],
        queues: [
            {
                ...inVhost,
                arguments: { "x-queue-type": "quorum", "x-dead-letter-exchange": `${name}?`, [name]: name },
            },
        ],
        bindings: [
            {
                vhost: "/",
                source: name,
                destination: name,
                destination_type: "queue",
                routing_key: name,
                arguments: {},
            },
            {
                vhost: "/",
                source: name,
                destination: `${name}.`,
                destination_type: "queue",
                routing_key: "#",
                arguments: {},
            },
        ],
        policies: [
            {
                vhost: "/",
                name,
                pattern: name,
                "apply-to": "queues",
                priority: 1,
                definition: { [name]: name },
            },
        ],
        parameters: [{ vhost: "/", name, component: name, value: { [name]: name } }],
        [name]: name,
    });
}

describe.each(names)("a name with %s", (kind, name) => {
    const file = join(folder, `${names.findIndex(([each]) => each === kind)}.json`);
    writeFileSync(file, definitions(name));

    it.each(commands)("is printed harmlessly by topology %s", async (_, argsOf) => {
        const { output, errors } = await topology(argsOf(file, other, name));
        const text = `${output}${errors}`;
        expect(text).not.toBe("");
        expect(unprintable.exec(text)?.[0]).toBeUndefined();
        expect(
            text
                .split("\n")
                .filter((line) => line.startsWith("::error file=x") || line.startsWith("::set-output")),
        ).toEqual([]);
    });

    it.each(machine)("is kept in valid JSON by topology %s", async (_, argsOf) => {
        const { output } = await topology(argsOf(file, other));
        expect(() => JSON.parse(output) as unknown).not.toThrow();
        expect(/[\u0000-\u0009\u000B-\u001F]/.test(output)).toBe(false);
    });
});
