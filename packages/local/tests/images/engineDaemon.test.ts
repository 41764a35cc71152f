import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { describe, expect, it, onTestFinished } from "vitest";
import { complaints, removeStale } from "../../src/images/engineDaemon.ts";

it("keeps of a daemon's log what tells why it ended", () => {
    const log = [
        'time="2026-01-01T00:00:00Z" level=info msg="Starting up"',
        'time="2026-01-01T00:00:01Z" level=warning msg="no cgroup for memory"',
        'time="2026-01-01T00:00:02Z" level=debug msg="cleaned up"',
        "failed to start daemon: no bridge",
    ].join("\n");
    expect(complaints(log).split("\n")).toEqual([
        'time="2026-01-01T00:00:01Z" level=warning msg="no cgroup for memory"',
        "failed to start daemon: no bridge",
    ]);
});

describe("removeStale", () => {
    const own = readFileSync("/proc/self/comm", "utf8").trim();

    it.each([
        ["of this program", String(process.pid), own, true],
        ["whose number another program has", String(process.pid), "dockerd", false],
        ["whose process id is unused", "4194305", "dockerd", false],
        ["that is half written", "", "dockerd", false],
    ])("keeps or removes the record of a process, as it should: one %s", (_, content, program, remains) => {
        const folder = mkdtempSync(path.join(tmpdir(), "pid-"));
        onTestFinished(() => {
            rmSync(folder, { recursive: true });
        });
        const file = path.join(folder, "docker.pid");
        writeFileSync(file, content);
        removeStale({ file, program });
        expect(existsSync(file)).toBe(remains);
        removeStale({ file: path.join(folder, "none.pid"), program });
    });
});
