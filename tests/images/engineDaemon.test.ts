import { expect, it } from "vitest";
import { complaints } from "../../src/images/engineDaemon.js";

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
