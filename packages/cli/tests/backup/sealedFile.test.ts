import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createSealedFile, openSealedFile } from "../../src/backup/sealedFile.ts";

const passphrase = "correct horse battery";
// Each derivation of a key takes half a second of a processor, and 128 MiB.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sealed-"));
});

afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

function write(name: string, records: readonly object[]): string {
    const file = join(folder, name);
    const writer = createSealedFile(file, passphrase);
    records.forEach(writer.add);
    writer.sync();
    writer.close();
    return file;
}

function valuesOf(file: string): readonly unknown[] {
    return [...openSealedFile(file, passphrase).records()].map(({ value }) => value);
}

it("returns what was written, which no other user can read", () => {
    const records = [{ a: 1 }, { text: "orders.dlq" }, {}];
    const file = write("written", records);
    expect(valuesOf(file)).toEqual(records);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes("orders.dlq")).toBe(false);
});

it("encrypts equal records differently", () => {
    const bytes = readFileSync(write("equal", [{ a: 1 }, { a: 1 }]));
    const first = bytes.indexOf("\n") + 1;
    const half = first + (bytes.length - first) / 2;
    expect(bytes.subarray(first, half).equals(bytes.subarray(half))).toBe(false);
});

it("detects a change of any byte", () => {
    const bytes = readFileSync(write("whole", [{ a: 1 }, { b: 2 }]));
    const changed = join(folder, "changed");
    const header = bytes.indexOf("\n") + 1;
    // Every byte of the records, and some of the first line: each costs a derivation of the key.
    const offsets = Array.from({ length: bytes.length - header }, (_, index) => header + index);
    const sealed = openSealedFile(join(folder, "whole"), passphrase);
    writeFileSync(changed, bytes);
    const opened = openSealedFile(changed, passphrase);
    expect(sealed.size).toBe(bytes.length);
    for (const offset of offsets) {
        const copy = Buffer.from(bytes);
        copy[offset] = (copy[offset] ?? 0) ^ 0x10;
        writeFileSync(changed, copy);
        expect(() => [...opened.records()]).toThrow(/was changed or damaged|is incomplete/);
    }
    for (const offset of [2, header - 4]) {
        const copy = Buffer.from(bytes);
        copy[offset] = (copy[offset] ?? 0) ^ 1;
        writeFileSync(changed, copy);
        expect(() => valuesOf(changed)).toThrow(
            /is not a backup|first line was changed|passphrase is wrong|was changed or damaged/,
        );
    }
});

it("detects records that were removed from the middle, and an end that is cut off", () => {
    const bytes = readFileSync(write("three", [{ a: 1 }, { b: 2 }, { c: 3 }]));
    const header = bytes.indexOf("\n") + 1;
    const length = 4 + bytes.readUInt32BE(header);
    const file = join(folder, "cut");
    writeFileSync(file, Buffer.concat([bytes.subarray(0, header), bytes.subarray(header + length)]));
    expect(() => valuesOf(file)).toThrow(/record 1 was changed or damaged/);
    writeFileSync(file, bytes.subarray(0, -1));
    expect(() => valuesOf(file)).toThrow(/is incomplete: it ends inside record 3/);
});

it("continues after a record, in the place of what a killed run wrote", () => {
    const file = write("continued", [{ a: 1 }, { b: 2 }]);
    truncateSync(file, statSync(file).size - 3);
    const sealed = openSealedFile(file, passphrase);
    const [first] = sealed.records();
    const writer = sealed.continueAfter(1, first?.end ?? 0);
    writer.add({ c: 3 });
    writer.close();
    expect(valuesOf(file)).toEqual([{ a: 1 }, { c: 3 }]);
});

it("refuses another passphrase", () => {
    const file = write("secret", [{ a: 1 }]);
    expect(() => openSealedFile(file, "another passphrase")).toThrow(
        `file "${file}": the passphrase is wrong`,
    );
});

it("refuses to write over a file", () => {
    const file = write("present", []);
    expect(() => createSealedFile(file, passphrase)).toThrow(/cannot be made \(it exists\); name a new file/);
});
