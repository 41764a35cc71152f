import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { LineDigest } from "../../src/backup/backupContent.ts";
import { createSealedFile } from "../../src/backup/sealedFile.ts";
import { topology } from "../topologyRun.ts";

const passphrase = "correct horse battery";
const place = { vhost: "shop", queue: "orders.dlq" };
const line = JSON.stringify({ exchange: "", routingKey: "orders.dlq", properties: {}, body: "eA==" });
const broker = {
    ...{ kind: "broker", endpoint: "http://127.0.0.1:15672", cluster: "rabbit@a", version: "4.3.6" },
    ...{ user: "admin", at: "2026-11-24T08:00:00.000Z", unseen: [] },
};

// Each derivation of a key takes half a second of a processor, and 128 MiB.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let file: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "restore-"));
    file = backup("shop.backup", {});
});

afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

/** A backup with one message. @param changes of the record that ends its queue */
function backup(name: string, changes: object, end: object = {}): string {
    const digest = new LineDigest();
    digest.add(line);
    const path = join(folder, name);
    const writer = createSealedFile(path, passphrase);
    const queue = { kind: "queue", ...place, count: 1, digest: digest.end(), at: broker.at, inexact: 0 };
    for (const record of [
        broker,
        { kind: "messages", ...place, lines: [line] },
        { ...queue, ...changes },
        { kind: "end", queues: 1, messages: 1, ...end },
    ]) {
        writer.add(record);
    }
    writer.close();
    return path;
}

async function verify(
    path: string,
    secret: string | null = passphrase,
    ...options: readonly string[]
): Promise<{ readonly exitCode: number; readonly output: string; readonly errors: string }> {
    const env = { ...(secret !== null && { TOPOLOGY_BACKUP_PASSPHRASE: secret }) };
    return await topology(["restore", path, "--verify", ...options], { env });
}

/** A copy of the backup with other bytes. */
function copy(name: string, change: (bytes: Buffer) => Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, change(readFileSync(file)));
    return path;
}

function flipped(bytes: Buffer, offset: number): Buffer {
    const changed = Buffer.from(bytes);
    changed[offset] = (changed[offset] ?? 0) ^ 1;
    return changed;
}

const header = (bytes: Buffer): number => bytes.indexOf("\n") + 1;

it("verifies a backup without a broker, and names what it contains", async () => {
    const { exitCode, output } = await verify(file);
    expect(exitCode).toBe(0);
    expect(output).toContain("no definitions; 1 message of 1 parking queue");
    expect(output).toContain('1 message of queue "orders.dlq" in vhost "shop"');
    const withFile = join(folder, "passphrase");
    writeFileSync(withFile, `${passphrase}\r\nand a second line\n`);
    expect(await verify(file, null, "--passphrase-file", withFile)).toMatchObject({ exitCode: 0 });
});

it.each([
    ["does not exist", () => join(folder, "nope"), /cannot be read .*; check the path/],
    ["is a folder", () => folder, /cannot be read|is not a backup/],
    [
        "is empty",
        () => copy("empty", () => new Uint8Array()),
        /is not a backup; make one with topology backup/,
    ],
    ["is something else", () => copy("text", () => Buffer.from("{}\n")), /is not a backup/],
    [
        "has another format",
        () =>
            copy("other", (bytes) =>
                Buffer.from(bytes.toString("latin1").replace('"version":1', '"version":9'), "latin1"),
            ),
        /is a backup of format 9, and this command reads format 1/,
    ],
    [
        "is cut off",
        () => copy("cut", (bytes) => bytes.subarray(0, -1)),
        /is incomplete: it ends inside record 4/,
    ],
    [
        "has no records",
        () => copy("half", (bytes) => bytes.subarray(0, header(bytes))),
        /is incomplete: its end is missing/,
    ],
    [
        "has a changed first record",
        () => copy("first", (bytes) => flipped(bytes, header(bytes) + 30)),
        /record 1 was changed or damaged/,
    ],
    [
        "has a changed last byte",
        () => copy("last", (bytes) => flipped(bytes, bytes.length - 1)),
        /record 4 was changed or damaged/,
    ],
    [
        "has another count",
        () => backup("count", { count: 2 }),
        /the messages of queue "orders\.dlq" in vhost "shop" are not those that were written/,
    ],
    ["has another digest", () => backup("digest", { digest: "0" }), /are not those that were written/],
    [
        "has another end",
        () => backup("end", {}, { messages: 2 }),
        /has 1 message of 1 queue, and its end says 2 and 1/,
    ],
    [
        "has an unknown record",
        () => backup("unknown", { kind: "stream" }),
        /has a record that this command does not know/,
    ],
])("explains a file that %s", async (_, make, text) => {
    const run = await verify(make());
    expect(run.exitCode).toBe(2);
    expect(run.errors).toMatch(text);
    expect(run.output).toBe("");
});

it.each([
    ["another passphrase", /the passphrase is wrong/],
    ["short", /variable TOPOLOGY_BACKUP_PASSPHRASE: the passphrase has fewer than 12 characters/],
    ["", /the passphrase of the backup is missing; name a file with --passphrase-file/],
])("explains the passphrase %j", async (secret, text) => {
    const run = await verify(file, secret);
    expect(run.exitCode).toBe(2);
    expect(run.errors).toMatch(text);
});

it("refuses to write a backup over a file", async () => {
    const run = await topology(["backup", file, "--file", "topology/dev.json"], {
        env: { TOPOLOGY_BACKUP_PASSPHRASE: passphrase },
    });
    expect(run.exitCode).toBe(2);
    expect(run.errors).toMatch(/exists; name a new file/);
});
