import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { GoModule } from "../../support/goProgram.ts";

/** Plays Go: notes how it is called, leaves a compiler's caches behind, and writes each program. */
const compiler = [
    "#!/bin/sh",
    'if [ "$1" = version ]; then echo "go version go1.26.0 linux/amd64"; exit; fi',
    'mkdir -p "$GOCACHE" "$GOMODCACHE"',
    'echo "$GOCACHE $GOMODCACHE $*" >> "$CALLS"',
    'test -z "$FAILURE" || { echo "$FAILURE" >&2; exit 1; }',
    'while [ "$1" != -o ]; do shift; done',
    "output=$2; shift 2",
    'for package; do package=${package%/v[0-9]}; echo "$package" > "$output${package##*/}"; done',
    "",
].join("\n");

let folder: string;
let cache: string;

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "spot-messaging-"));
    cache = path.join(folder, "cache");
    for (const name of ["bin", "module", "cache"]) {
        mkdirSync(path.join(folder, name));
    }
    writeFileSync(path.join(folder, "bin", "go"), compiler);
    chmodSync(path.join(folder, "bin", "go"), 0o755);
    pin("v1.2.3");
    vi.stubEnv("PATH", `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`);
    vi.stubEnv("CALLS", path.join(folder, "calls"));
    vi.stubEnv("FAILURE", "");
    vi.stubEnv("SPOT_MESSAGING_CACHE", cache);
    vi.resetModules();
});

afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
});

function pin(version: string): void {
    writeFileSync(
        path.join(folder, "module", "go.mod"),
        `module tests\n\nrequire (\n\texample.com/tools ${version} // indirect\n)\n`,
    );
    writeFileSync(path.join(folder, "module", "go.sum"), "");
}

function module(): GoModule<"one" | "other"> {
    return {
        folder: path.join(folder, "module"),
        module: "example.com/tools",
        packages: { one: "example.com/tools/cmd/first", other: "example.com/second/v2" },
        variables: (version) => [`main.version=${version}`],
        wayOut: "install it",
    };
}

async function ensure(of: GoModule<"one" | "other"> = module()): Promise<Record<"one" | "other", string>> {
    const { ensureGoPrograms } = await import("../../support/goProgram.ts");
    return await ensureGoPrograms(of, () => undefined);
}

function calls(): string[] {
    const file = path.join(folder, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

it("builds all missing programs of a module by one call, with caches of its own, and removes these", async () => {
    const files = await ensure();
    expect(readFileSync(files.one, "utf8")).toBe("example.com/tools/cmd/first\n");
    expect(readFileSync(files.other, "utf8")).toBe("example.com/second\n");
    expect(path.basename(files.one)).toMatch(/^one-v1\.2\.3-[0-9a-f]{12}$/);
    const [call = "", ...others] = calls();
    expect(others).toEqual([]);
    expect(call).toContain(`${cache}/go-build/cache ${cache}/go-build/modules build `);
    expect(call).toContain("-X main.version=v1.2.3");
    expect(readdirSync(cache).toSorted()).toEqual(
        ["locks", path.basename(files.one), path.basename(files.other)].toSorted(),
    );
});

it("builds nothing again while the module's folder stays the same", async () => {
    const files = await ensure();
    expect(await ensure()).toEqual(files);
    expect(calls()).toHaveLength(1);
});

it("builds only the missing program", async () => {
    const files = await ensure();
    rmSync(files.other);
    await ensure();
    expect(calls()[1]).toContain("example.com/second/v2");
    expect(calls()[1]).not.toContain("example.com/tools/cmd/first");
});

const changes: readonly (readonly [string, () => void])[] = [
    [
        "another version",
        () => {
            pin("v1.2.4");
        },
    ],
    [
        "another checksum",
        () => {
            writeFileSync(path.join(folder, "module", "go.sum"), "h1:x\n");
        },
    ],
    [
        "source text",
        () => {
            writeFileSync(path.join(folder, "module", "main.go"), "package main\n");
        },
    ],
];

it.each(changes)("builds again for %s", async (_, change) => {
    const before = await ensure();
    change();
    const after = await ensure();
    expect(after.one).not.toBe(before.one);
    expect(calls()).toHaveLength(2);
});

it("builds again for another value that the linker sets", async () => {
    const before = await ensure();
    const after = await ensure({ ...module(), variables: () => ["main.version=other"] });
    expect(after.one).not.toBe(before.one);
});

it("keeps the programs of the previous version and removes older ones", async () => {
    const versions = ["v1.0.0", "v1.1.0", "v1.2.0"];
    const built: string[] = [];
    for (const [index, version] of versions.entries()) {
        pin(version);
        const { one } = await ensure();
        utimesSync(one, index + 1, index + 1);
        built.push(one);
    }
    expect(built.map((file) => existsSync(file))).toEqual([false, true, true]);
});

it("says what failed and keeps the caches for the next call", async () => {
    vi.stubEnv("FAILURE", "disk is full");
    await expect(ensure()).rejects.toThrow(
        `command "go build one, other": failed: disk is full; build it by hand in ${path.join(folder, "module")}, or install it`,
    );
    expect(existsSync(path.join(cache, "go-build", "cache"))).toBe(true);
    vi.stubEnv("FAILURE", "");
    await ensure();
    expect(existsSync(path.join(cache, "go-build"))).toBe(false);
});

it("compiles several modules before it removes what they share", async () => {
    const second = path.join(folder, "second");
    mkdirSync(second);
    writeFileSync(path.join(second, "go.mod"), "module own\n");
    const { buildGoPrograms } = await import("../../support/goProgram.ts");
    await buildGoPrograms(
        [module(), { folder: second, packages: { own: "own" }, wayOut: "install it" }],
        () => undefined,
    );
    expect(calls()).toHaveLength(2);
    expect(readdirSync(cache).filter((name) => /^own-[0-9a-f]{12}$/.test(name))).toHaveLength(1);
});
