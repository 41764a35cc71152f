import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { topology } from "../topologyRun.ts";

const folder = mkdtempSync(join(tmpdir(), "topology-"));
afterAll(() => {
    rmSync(folder, { recursive: true });
});

const json = JSON.stringify({
    rabbit_version: "4.3.6",
    vhosts: [{ name: "/" }],
    queues: [{ name: "jobs", vhost: "/", durable: true, arguments: { "x-queue-type": "quorum" } }],
});
const yaml =
    "rabbit_version: 4.3.6\nvhosts: [{name: /}]\nqueues:\n  - {name: jobs, vhost: /, durable: true, arguments: {x-queue-type: quorum}}\n";

function manifest(kind: string, field: string, key: string, bytes: Uint8Array): string {
    return `apiVersion: v1\nkind: ${kind}\nmetadata: {name: broker}\n${field}:\n  ${key}: ${Buffer.from(bytes).toString("base64")}\n`;
}

function saved(name: string, content: string | Uint8Array): string {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
}

const listed = ["list", "queues", "-o", "json", "--definitions"];

describe("topology list", () => {
    it.each<[string, string | Uint8Array]>([
        ["a.json", json],
        ["b.json.gz", gzipSync(json)],
        ["c.yaml", yaml],
        ["d.yml.gz", gzipSync(yaml)],
        ["e", gzipSync(json)],
        ["f.yaml", manifest("Secret", "data", "definitions.json.gz", gzipSync(json))],
        ["g.yaml", manifest("ConfigMap", "binaryData", "definitions.yaml.gz", gzipSync(yaml))],
        ["h.yaml.gz", gzipSync(manifest("Secret", "data", "definitions.json", Buffer.from(json)))],
    ])("reads %s, also from standard input", async (name, content) => {
        const results = [
            await topology([...listed, saved(name, content)]),
            await topology([...listed, "-"], { stdin: content }),
        ];
        for (const { output, errors } of results) {
            expect(errors).toBe("");
            expect(JSON.parse(output)).toMatchObject({ queues: [{ name: "jobs", type: "quorum" }] });
        }
    });

    it.each<[string, Uint8Array, string]>([
        ["archive.zip", Buffer.from("PK\u0003\u0004...."), "is a ZIP archive, not text in UTF-8; unpack it"],
        ["archive.tgz", gzipSync(tar()), "is a tar archive, not text in UTF-8; unpack it"],
        [
            "wide.json",
            Buffer.from(`\uFEFF${json}`, "utf16le"),
            "is UTF-16 text, not text in UTF-8; save it as UTF-8",
        ],
        ["zeros.json", Buffer.alloc(64), "is a binary file, not text in UTF-8; "],
        [
            "latin.json",
            Buffer.from('{"queues": [{"name": "caf\u00E9"}]}', "latin1"),
            "is not UTF-8 text; unpack or convert it",
        ],
        [
            "broken.json.gz",
            gzipSync(json).subarray(0, 30),
            "is compressed with gzip, and damaged; compress it again",
        ],
        [
            "terms",
            Buffer.from([0x83, 0x6c, 0x00]),
            "is an Erlang term, such as a file of a node's data folder, not text",
        ],
    ])("names the format of %s", async (name, content, says) => {
        const { exitCode, output, errors } = await topology([...listed, saved(name, content)]);
        expect(errors).toContain(`${name}: ${says}`);
        expect([exitCode, output]).toEqual([2, ""]);
    });
});

function tar(): Uint8Array {
    const block = Buffer.alloc(1024);
    block.write("definitions.json");
    block.write("ustar", 257);
    return block;
}
