import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { brokerVersions, type Topology, UsageError } from "../../src/model/index.ts";
import { canonicalTopology } from "../../src/review/compare/canonical.ts";
import { readSnapshot, SnapshotError, writeSnapshot } from "../../src/review/snapshot.ts";
import { someSpot } from "../compile/spot.ts";
import { anyTopology, shuffled } from "./anyTopology.ts";

const text = writeSnapshot(sampleTopology("4.3"), "dev");

function edited(from: string | RegExp, to: string): string {
    const result = text.replace(from, to);
    expect(result, "the edit changes nothing").not.toBe(text);
    return result;
}

function problemOf(each: string): string {
    try {
        readSnapshot(each, "topology/dev.json");
    } catch (error) {
        if (error instanceof SnapshotError) {
            return error.message;
        }
        throw error;
    }
    return "none";
}

describe("a snapshot", () => {
    it("of any topology is read as it was written", () => {
        fc.assert(
            fc.property(anyTopology, fc.string(), (topology, stack) => {
                expect(readSnapshot(writeSnapshot(topology, stack), "it")).toEqual({
                    format: 1,
                    stack,
                    topology,
                });
            }),
        );
    }, 60_000);

    it("has one text for any order of the topology's lists", () => {
        fc.assert(
            fc.property(anyTopology, fc.infiniteStream(fc.double({ noNaN: true })), (topology, draws) => {
                const other = shuffled(topology, (length) =>
                    Array.from({ length }, (_, index) => ({ index, rank: Number(draws.next().value) }))
                        .sort((a, b) => a.rank - b.rank)
                        .map(({ index }) => index),
                );
                expect(writeSnapshot(other, "s")).toBe(writeSnapshot(topology, "s"));
            }),
        );
    }, 60_000);

    it("is read in canonical order for any order of its text", () => {
        const topology = sampleTopology("4.3");
        const reversed = shuffled(topology, (length) => [...Array(length).keys()].reverse());
        const reordered = JSON.stringify({ stack: "dev", topology: reversed, format: 1 });
        expect(readSnapshot(reordered, "it")).toEqual(readSnapshot(text, "it"));
    });

    it("keeps all that the compiler made", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const read = readSnapshot(writeSnapshot(topology, "dev"), "it").topology;
                expect(read).toEqual(canonicalTopology(topology));
                expect(contentOf(read)).toEqual(contentOf(topology));
            }),
            { numRuns: 10 },
        );
    });

    it("keeps the order of a retry's keys, which is the order of its attempts", () => {
        const { retries } = sampleTopology("4.0", { retryAttempts: "12" });
        const read = readSnapshot(writeSnapshot(sampleTopology("4.0", { retryAttempts: "12" }), "dev"), "it");
        expect(read.topology.retries).toEqual(retries);
    });

    it("that was written before services and retries named their virtual host is read as one that does", () => {
        const topology = sampleTopology("4.0");
        const written = JSON.parse(writeSnapshot(topology, "dev")) as { topology: Record<string, unknown> }; // written above
        written.topology["services"] = topology.services.map(({ vhost, ...rest }) => {
            expect(vhost).toBe("spot");
            return rest;
        });
        written.topology["retries"] = Object.fromEntries(
            topology.retries.map(({ queue, route }) => [queue, route]),
        );
        const read = canonicalTopology(topology);
        expect(readSnapshot(JSON.stringify(written), "it").topology).toEqual({
            ...read,
            // Added later: no service redrives messages there.
            retries: read.retries.map(({ vhost, queue, route }) => ({ vhost, queue, route })),
        });
    });

    it.each(brokerVersions)(
        "of the dev stack on %s has one property a line and ends its last line",
        (version) => {
            const lines = writeSnapshot(sampleTopology(version), "dev").split("\n");
            expect(lines.at(-1)).toBe("");
            expect(lines.filter((line) => (line.match(/": /gu) ?? []).length > 1)).toEqual([]);
        },
    );

    it("names the component that declares it, if that is known", () => {
        const component = { name: "shop", aliases: ["old"] };
        const written = writeSnapshot(sampleTopology("4.3"), "dev", component);
        expect(readSnapshot(written, "it").component).toEqual(component);
        expect(readSnapshot(written.replace(/"aliases": [^\]]*\],/u, ""), "it").component).toEqual({
            name: "shop",
            aliases: [],
        });
        expect(readSnapshot(text, "it")).not.toHaveProperty("component");
    });

    it("may begin with a byte order mark and end its lines as Windows does", () => {
        const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
        expect(readSnapshot(windows, "it")).toEqual(readSnapshot(text, "it"));
    });
});

/** Every list with its elements, in no order. */
function contentOf(topology: Topology): unknown {
    return Object.entries(topology).map(([key, value]: [string, unknown]) => [
        key,
        Array.isArray(value) ? new Set(value.map((each) => JSON.stringify(sortedDeeply(each)))) : value,
    ]);
}

function sortedDeeply(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value
            .map((each: unknown) => sortedDeeply(each))
            .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([key, each]) => [key, sortedDeeply(each)]),
          )
        : value;
}

describe("an unreadable snapshot", () => {
    const wayOut = "write the file again with topology snapshot";
    it.each([
        ["is empty", "", `is empty; ${wayOut}`],
        ["is blank", " \n", `is empty; ${wayOut}`],
        ["is a letter", "Dear all,\nhello", `line 1: is not JSON: invalid value; ${wayOut}`],
        [
            "is cut in a text",
            text.slice(0, text.indexOf('"spot.admin"') + 4),
            `line 11: is not JSON: a text is not closed; ${wayOut}`,
        ],
        [
            "is cut between two properties",
            '{\n"format": 1,\n',
            `line 3: ends before it is complete; ${wayOut}`,
        ],
        [
            "has a conflict",
            edited('    "stack"', '<<<<<<< HEAD\n    "stack"'),
            `line 3: has the marker of a merge conflict; resolve the conflict in the program, then ${wayOut}`,
        ],
        [
            "is nested without end",
            "[".repeat(1_000_000),
            `line 1: is nested deeper than 200 levels; ${wayOut}`,
        ],
        [
            "is a list",
            "[]",
            'is JSON, but not a snapshot: "format" is missing; topology snapshot writes snapshots',
        ],
        [
            "is a broker's export",
            '{"rabbit_version": "4.3.1", "queues": []}',
            'is JSON, but not a snapshot: "format" is missing; topology snapshot writes snapshots',
        ],
        [
            "is of a later format",
            edited('"format": 1', '"format": 2'),
            "format 2 is newer than format 1, the newest that this version reads; use the version that wrote it",
        ],
        [
            "is of an earlier format",
            edited('"format": 1', '"format": 0'),
            `format 0 is older than format 1, the oldest that this version reads; ${wayOut}`,
        ],
        [
            "has a word for its format",
            edited('"format": 1', '"format": "one"'),
            `"format" is not a number; ${wayOut}`,
        ],
        [
            "has an object twice",
            edited('"destination": "admin.analyzer-orchestrator"', '"destination": "admin.analyzer.content"'),
            `bindings ["spot","spot.admin","queue","admin.analyzer.content","admin.all",[]] is duplicate; remove one of the two, or ${wayOut}`,
        ],
        [
            "has a key twice",
            edited('"stack": "dev"', '"stack": "prod",\n    "stack": "dev"'),
            `line 3: key "stack" is duplicate in one object; ${wayOut}`,
        ],
    ])("that %s is reported in one sentence", (_, each, sentence) => {
        expect(problemOf(each)).toBe(`topology/dev.json: ${sentence}`);
    });

    it("reports all problems together, in the order of the lines", () => {
        const broken = edited('"quorum"', '"qorum"')
            .replace('"format": 1', '"format": 1,\n    "colour": "red"')
            .replace('"prefetch": 10', '"prefetch": "many"');
        const [head, ...problems] = problemOf(broken).split("\n");
        expect(head).toBe("topology/dev.json: is not a valid snapshot:");
        expect(problems.map((each) => each.replace(/;.*$/u, "").replace(/is \{.*$/u, "is ..."))).toEqual([
            '- line 1: snapshot: "it" is ...',
            '- line 1220: topology.queues[8] "analyzer-orchestrator": "type" is "qorum"',
            expect.stringMatching(
                /^- line \d+: topology\.services\[0\] "analyzer-orchestrator": "consumes\.\d\.prefetch" is "many"$/u,
            ),
        ]);
    });

    it("is wrong usage, so that a command ends with that exit code", () => {
        expect(() => readSnapshot("", "it")).toThrow(UsageError);
    });
});
