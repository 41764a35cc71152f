import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokerVersions } from "@spot-messaging/topology";
import type { Finding } from "@spot-messaging/topology/check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limitedSampleTopology } from "../../../tests/support/sampleTopology.ts";
import { renderSnapshot } from "../../topology/src/definitions/snapshot.ts";
import { ownPackage } from "../src/process/ownPackage.ts";
import type { FindingsJson } from "../src/render/findings.ts";
import { shop, topology } from "./topologyRun.ts";

let folder = "";
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "topology-check-"));
});
afterAll(async () => {
    await rm(folder, { recursive: true });
});

async function findings(...args: readonly string[]): Promise<readonly Finding[]> {
    const { output } = await topology(["check", "--json", ...args]);
    return (JSON.parse(output) as { findings: readonly Finding[] }).findings;
}

describe("the program's own stacks", () => {
    it.each(["dev", "prod"])("have no finding above note: %s", async (stack) => {
        const { exitCode, errors } = await topology(["check", "--stack", stack]);
        expect([exitCode, errors]).toEqual([0, ""]);
        expect((await findings("--stack", stack)).filter(({ severity }) => severity !== "note")).toEqual([]);
    });

    it("are checked for the dev stack by default", async () => {
        expect(await topology(["check"])).toEqual(await topology(["check", "--stack", "dev"]));
    });

    it("find what a snapshot of them finds", async () => {
        const file = join(folder, "dev.json");
        await writeFile(file, renderSnapshot("dev", limitedSampleTopology("4.3")));
        expect(await findings("--file", file)).toEqual(await findings("--stack", "dev"));
    });

    it("have their lines in the declaration", async () => {
        const { output } = await topology(["check", "--github", "--stack", "dev", "--target", "4.0"]);
        const annotations = output.trimEnd().split("\n");
        expect(annotations.length).toBeGreaterThan(1);
        for (const each of annotations) {
            expect(each).toMatch(
                /^::\w+ file=src\/topology\/\w+\.ts,(line=\d+,)?title=\w+( \(new with the target version\))?::/,
            );
        }
        // At its declaration, not where its name is a constant.
        expect(output).toMatch(/file=src\/topology\/analysis\.ts,line=\d+,/);
        expect(output).not.toContain("names.ts");
    });

    it("have errors with an older broker", async () => {
        const rules = (await findings("--stack", "dev", "--target", "4.0")).filter(
            ({ severity }) => severity === "error",
        );
        expect(rules.length).toBeGreaterThan(0);
    });
});

describe("a topology without a program", () => {
    it("has findings, with five fields each and in total order", async () => {
        const found = await findings("--file", shop);
        expect([...new Set(found.flatMap((each) => Object.keys(each)))]).toEqual([
            "rule",
            "severity",
            "place",
            "message",
            "fix",
        ]);
        const rules = new Set(found.filter(({ severity }) => severity === "error").map(({ rule }) => rule));
        expect([...rules]).toEqual(
            expect.arrayContaining([
                "ambiguousPolicy",
                "danglingReference",
                "deadLetterCycle",
                "refusedImport",
            ]),
        );
        expect((await topology(["check", "--file", shop])).exitCode).toBe(1);
        expect(await findings("--definitions", shop)).toEqual(found);
    });

    it("has the line of each finding, down to the setting", async () => {
        const { output } = await topology(["check", "--file", shop]);
        expect(output).toContain(`${shop}:25:87: queues[0] "orders": "x-message-ttl" is "abc"`);
        expect(output).toContain(`${shop}:7:9: vhost "shop": exchange "orders": alternate exchange "lost"`);
        expect(output).toMatch(
            /\n\nimport: RabbitMQ 3\.12\.4 refuses this file for 2 reasons \(by its source code; not tried on a broker\)\n\n\d+ errors, \d+ warnings?, \d+ notes\n$/,
        );
    });

    it("can be read from standard input", async () => {
        const text = await readFile(shop, "utf8");
        const { output } = await topology(["check", "--definitions", "-", "--json"], { stdin: text });
        expect(JSON.parse(output)).toEqual({
            findings: await findings("--file", shop),
            import: { outcome: "refused", version: "3.12.4", evidence: "source" },
        });
    });

    it("has the same output each time", async () => {
        expect(await topology(["check", "--file", shop])).toEqual(await topology(["check", "--file", shop]));
    });

    it("is checked in one virtual host", async () => {
        const places = (await findings("--file", shop, "--vhost", "/")).map(({ place }) => place);
        expect(places.filter((each) => each.startsWith('vhost "shop"'))).toEqual([]);
        const { exitCode, errors } = await topology(["check", "--file", shop, "--vhost", "shpo"]);
        expect([exitCode, errors]).toEqual([2, 'virtual host "shpo" does not exist; did you mean "shop"?\n']);
    });

    it("gets its own baseline only", async () => {
        const found = (await findings("--file", shop)).filter(({ severity }) => severity !== "note");
        const baseline = join(folder, "baseline.json");
        const accepted = found.map((each) => ({ ...each, reason: "legacy", until: "2026-12-31" }));
        await writeFile(baseline, JSON.stringify({ findings: accepted }));
        const { exitCode, output } = await topology(["check", "--file", shop, "--baseline", baseline]);
        expect(exitCode).toBe(0);
        expect(output).toContain(`(${found.length} accepted)`);
        expect(output).toContain("(accepted: legacy)");
    });
});

describe("another version", () => {
    async function compared(...args: readonly string[]): Promise<FindingsJson> {
        const { output } = await topology(["check", "--json", ...args]);
        return JSON.parse(output) as FindingsJson;
    }

    it.each([
        ["4.3", "4.0"],
        ["4.0", "4.3"],
    ] as const)("has new and absent findings from %s to %s", async (own, target) => {
        const file = join(folder, `own-${own}.json`);
        await writeFile(file, renderSnapshot("dev", limitedSampleTopology(own)));
        const before = await findings("--file", file);
        const { findings: after, absent = [] } = await compared("--file", file, "--target", target);
        const isFound = (list: readonly Finding[]) => (each: Finding) =>
            list.some(({ rule, place }) => rule === each.rule && place === each.place);
        const added = after.filter(({ state }) => state === "new");
        expect(added.length).toBeGreaterThan(0);
        expect(added.filter(isFound(before))).toEqual([]);
        expect(after.filter(({ state }) => state !== "new").filter((each) => !isFound(before)(each))).toEqual(
            [],
        );
        expect(after.every(({ state }) => state === "new" || state === "unchanged")).toBe(true);
        expect(absent.every(({ state }) => state === "absent")).toBe(true);
        expect(absent).toHaveLength(before.length - (after.length - added.length));
    });

    it("has no findings about settings that it supports", async () => {
        const old = limitedSampleTopology("4.0");
        const [first] = old.policies;
        const file = join(folder, "old.json");
        const delayed = { ...first, name: "late", definition: { "delayed-retry-min": 1000 } };
        const snapshot = renderSnapshot("dev", { ...old, policies: [delayed as typeof first & object] });
        await writeFile(file, snapshot);
        const { absent = [] } = await compared("--file", file, "--target", "4.3");
        expect(absent.map(({ rule }) => rule)).toContain("unavailableSetting");
        const { output } = await topology(["check", "--file", file, "--target", "4.3"]);
        expect(output).toContain("\nnot found with the target version\n");
        const sarif = await topology(["check", "--file", file, "--target", "4.3", "--sarif", "-"]);
        const log = JSON.parse(sarif.output) as { runs: [{ results: { baselineState?: string }[] }] };
        const states = log.runs[0].results.map(({ baselineState }) => baselineState);
        expect([...new Set(states)].sort()).toEqual(["absent", "new", "unchanged"]);
    });

    it("changes nothing if it is the topology's own version", async () => {
        const { findings: found, absent } = await compared("--file", shop, "--target", "3.12");
        expect([...new Set(found.map(({ state }) => state))]).toEqual(["unchanged"]);
        expect(absent).toEqual([]);
    });

    it("is in the output even without findings", async () => {
        const file = join(folder, "empty.json");
        await writeFile(file, JSON.stringify({ rabbit_version: "4.3.6", vhosts: [], queues: [] }));
        expect(await compared("--file", file, "--target", "4.3")).toEqual({
            findings: [],
            absent: [],
            import: { outcome: "accepted", version: "4.3.6", evidence: "broker" },
        });
    });

    it("reports what only the target version refuses to import", async () => {
        const file = join(folder, "retry.json");
        const policy = {
            vhost: "v",
            name: "p",
            pattern: "^q$",
            definition: { "delayed-retry-type": "all", "delayed-retry-min": 1000 },
        };
        await writeFile(
            file,
            JSON.stringify({ rabbit_version: "4.3.6", vhosts: [{ name: "v" }], policies: [policy] }),
        );
        const { findings: found, ...rest } = await compared("--file", file, "--target", "4.0");
        const imports = found.filter(({ rule }) => rule === "refusedImport");
        expect(imports.map(({ state, message }) => `${String(state)}: ${message}`)).toEqual([
            'new: has "delayed-retry-min", which no policy of RabbitMQ 4.0 can set',
            'new: has "delayed-retry-type", which no policy of RabbitMQ 4.0 can set',
        ]);
        expect(rest).toMatchObject({ import: { outcome: "refused", version: "4.0" } });
    });
});

describe("findings for code hosts", () => {
    it("are written as SARIF in addition to the text, or instead of it", async () => {
        const file = join(folder, "findings.sarif");
        const both = await topology(["check", "--file", shop, "--sarif", file]);
        const instead = await topology(["check", "--file", shop, "--sarif", "-"]);
        expect(await readFile(file, "utf8")).toBe(instead.output);
        expect([both.exitCode, instead.exitCode]).toEqual([1, 1]);
        const log = JSON.parse(instead.output) as {
            runs: [{ tool: { driver: object }; results: { ruleIndex?: number }[] }];
        };
        expect(log.runs[0].tool.driver).toHaveProperty("semanticVersion", ownPackage().version);
        expect(log.runs[0].results).toHaveLength((await findings("--file", shop)).length);
        expect(log.runs[0].results.filter(({ ruleIndex }) => ruleIndex === undefined)).toEqual([]);
    });

    it.each([
        [["--json", "--github"], '"--json" and "--github"'],
        [["--github", "--sarif", "-"], '"--github" and "--sarif -"'],
        [["--sarif", "-", "--json"], '"--json" and "--sarif -"'],
    ])("are printed in one form only, not in two: %j", async (options, named) => {
        expect(await topology(["check", "--file", shop, ...options])).toMatchObject({
            exitCode: 2,
            output: "",
            errors: `${named} exclude each other, because each is printed to standard output; give one of them, or name a file instead of -\n`,
        });
    });

    it("cannot be written where there is no folder", async () => {
        const file = join(folder, "missing", "findings.sarif");
        const { exitCode, errors } = await topology(["check", "--file", shop, "--sarif", file]);
        expect([exitCode, errors]).toEqual([
            2,
            `file "${file}" cannot be written (ENOENT); check that its folder exists\n`,
        ]);
    });
});

it("is silent about the dev stack compiled for any version", async () => {
    for (const version of brokerVersions) {
        const file = join(folder, `dev-${version}.json`);
        await writeFile(file, renderSnapshot("dev", limitedSampleTopology(version)));
        expect((await findings("--file", file)).filter(({ severity }) => severity !== "note")).toEqual([]);
    }
});

it("prints only errors and warnings with --quiet, and nothing without them", async () => {
    expect(await topology(["check", "--stack", "dev", "--quiet"])).toEqual({
        exitCode: 0,
        output: "",
        errors: "",
    });
    const { exitCode, output } = await topology(["check", "--file", shop, "-q"]);
    expect([exitCode, /^note /mu.test(output), /^error /mu.test(output)]).toEqual([1, false, true]);
});

describe("the lowest reported severity", () => {
    const all = ["error", "warning", "note"] as const;

    it.each(all)("limits every form of output: %s", async (severity) => {
        const kept = all.slice(0, all.indexOf(severity) + 1);
        const expected = (await findings("--file", shop)).filter((each) => kept.includes(each.severity));
        const options = ["--file", shop, "--min-severity", severity];
        expect(await findings(...options)).toEqual(expected);
        const { output: sarif } = await topology(["check", "--sarif", "-", ...options]);
        const { runs } = JSON.parse(sarif) as { runs: readonly { results: readonly unknown[] }[] };
        expect(runs.flatMap(({ results }) => results)).toHaveLength(expected.length);
        const { output: annotations } = await topology(["check", "--github", ...options]);
        expect(annotations.trimEnd().split("\n")).toHaveLength(expected.length);
        const { output, exitCode } = await topology(["check", "--verbose", ...options]);
        const rules = output.split("\n").filter((line) => /^(error|warning|note) \w+$/u.test(line));
        expect(rules).toEqual([...new Set(expected.map((each) => `${each.severity} ${each.rule}`))]);
        expect(exitCode).toBe(1);
    });

    it("decides the exit code: what is not reported is not counted", async () => {
        const file = join(folder, "warnings.json");
        const queue = { name: "q", vhost: "/", durable: true, auto_delete: false, arguments: {} };
        await writeFile(
            file,
            JSON.stringify({ rabbit_version: "4.3.6", vhosts: [{ name: "/" }], queues: [queue, queue] }),
        );
        const exitCodes = all.map(async (each) => {
            return (await topology(["check", "--file", file, "--min-severity", each])).exitCode;
        });
        expect(await Promise.all(exitCodes)).toEqual([0, 1, 1]);
    });

    it("must be one of three", async () => {
        const { exitCode, errors } = await topology(["check", "--file", shop, "--min-severity", "info"]);
        expect(exitCode).toBe(2);
        expect(errors).toContain("Allowed choices are error, warning, note.");
    });
});

describe("every stack of the program", () => {
    it("is checked by one call, with a heading each", async () => {
        const one = async (stack: string): Promise<string> =>
            `stack ${stack}\n\n${(await topology(["check", "--stack", stack])).output}`;
        const { exitCode, output } = await topology(["check", "--all-stacks"]);
        const names = output.split("\n").flatMap((line) => /^stack (\w+)$/u.exec(line)?.[1] ?? []);
        expect(names.length).toBeGreaterThan(1);
        expect([exitCode, output]).toEqual([0, (await Promise.all(names.map(one))).join("\n")]);
        expect((await topology(["check", "--all-stacks", "--quiet"])).output).toBe("");
    });

    it("has its own findings in JSON, and common ones once in SARIF and annotations", async () => {
        const { output } = await topology(["check", "--all-stacks", "--json"]);
        const { stacks } = JSON.parse(output) as { stacks: Readonly<Record<string, FindingsJson>> };
        const each = await Promise.all(Object.keys(stacks).map((stack) => findings("--stack", stack)));
        expect(Object.values(stacks).map((stack) => stack.findings)).toEqual(each);
        const different = new Set(each.flat().map((finding) => JSON.stringify(finding)));
        const { output: annotations } = await topology(["check", "--all-stacks", "--github"]);
        expect(annotations.trimEnd().split("\n")).toHaveLength(different.size);
    });

    it.each(["--stack", "--file", "--definitions"])("is no other topology: %s", async (option) => {
        const { exitCode, errors } = await topology(["check", "--all-stacks", option, "dev"]);
        expect([exitCode, errors]).toEqual([
            2,
            `--all-stacks and ${option} exclude each other; give one of them\n`,
        ]);
    });
});
