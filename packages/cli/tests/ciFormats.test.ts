import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shop, topology } from "./topologyRun.ts";

/** A finding in the JSON of the command. */
interface JsonFinding {
    readonly rule: string;
    readonly severity: "error" | "warning" | "note";
    readonly place: string;
    readonly message: string;
    readonly fix: string;
}

const { window } = new JSDOM();
afterAll(() => {
    window.close();
});

function parseXml(text: string): Document {
    const document = new window.DOMParser().parseFromString(text, "application/xml");
    expect(document.querySelector("parsererror")?.textContent ?? "").toBe("");
    return document;
}

const hostile = "a\"<b>&'\u0000\u202e\n]]>";
const definitions = JSON.stringify({
    rabbit_version: "4.3.6",
    vhosts: [{ name: "/" }],
    exchanges: [
        { vhost: "/", name: hostile, type: "topic", durable: true, auto_delete: false, arguments: {} },
    ],
});

describe("the formats of topology check for CI", () => {
    let folder: string;
    let findings: readonly JsonFinding[];

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "formats-"));
        const { output } = await topology(["check", "--definitions", shop, "--json"]);
        ({ findings } = JSON.parse(output) as { readonly findings: readonly JsonFinding[] }); // the command's own JSON
        expect(new Set(findings.map(({ severity }) => severity))).toEqual(
            new Set(["error", "warning", "note"]),
        );
    });
    afterAll(async () => {
        await rm(folder, { recursive: true });
    });

    it("are written in addition to the text for people, with the same exit code", async () => {
        const [quality, tests] = [join(folder, "codequality.json"), join(folder, "junit.xml")];
        const args = ["check", "--definitions", shop];
        const plain = await topology(args);
        expect(await topology([...args, "--gitlab", quality, "--junit", tests])).toEqual(plain);
        expect(await readFile(quality, "utf8")).toBe((await topology([...args, "--gitlab", "-"])).output);
        expect(await readFile(tests, "utf8")).toBe((await topology([...args, "--junit", "-"])).output);
    });

    it.each(["", "./"])(
        "give GitLab an issue for each finding, with the fields that it requires: %j",
        async (prefix) => {
            const file = `${prefix}${relative(process.cwd(), shop)}`;
            const { output, exitCode } = await topology(["check", "--definitions", file, "--gitlab", "-"]);
            expect(exitCode).toBe(1);
            const issues = JSON.parse(output) as readonly Record<string, unknown>[]; // the command's own JSON
            const severities = { error: "major", warning: "minor", note: "info" };
            expect(issues).toEqual(
                findings.map(({ rule, severity, place, message, fix }) => ({
                    description: `${place}: ${message}; ${fix}`,
                    check_name: rule,
                    fingerprint: expect.any(String) as string,
                    severity: severities[severity],
                    location: expect.anything() as object,
                })),
            );
            const fingerprints = issues.map(({ fingerprint }) => fingerprint);
            expect(new Set(fingerprints).size).toBe(findings.length);
            expect(fingerprints.filter((each) => !/^[0-9a-f]{64}$/u.test(String(each)))).toEqual([]);
            for (const { location } of issues) {
                expect(location).toEqual({
                    path: relative(process.cwd(), shop),
                    lines: { begin: expect.any(Number) as number },
                });
            }
        },
    );

    it("give JUnit readers a failed test for each error and warning, and a passed one for each note", async () => {
        const { output } = await topology(["check", "--definitions", shop, "--junit", "-"]);
        const document = parseXml(output);
        const failures = findings.filter(({ severity }) => severity !== "note");
        const cases = [...document.querySelectorAll("testcase")];
        expect(cases.map((each) => each.getAttribute("name"))).toEqual(
            findings.map(({ place, message }) => `${place}: ${message}`),
        );
        expect(cases.map((each) => each.getAttribute("classname"))).toEqual(
            findings.map(({ rule }) => `topology.${rule}`),
        );
        expect(
            [...document.querySelectorAll("failure")].map((each) => [
                each.getAttribute("type"),
                each.getAttribute("message"),
            ]),
        ).toEqual(failures.map(({ severity, message, fix }) => [severity, `${message}; ${fix}`]));
        for (const element of [document.documentElement, document.querySelector("testsuite")]) {
            expect(
                ["tests", "failures", "errors", "skipped"].map((name) => element?.getAttribute(name)),
            ).toEqual([findings.length, failures.length, 0, 0].map(String));
        }
    });

    it("have a passed test and no issue if there are no findings", async () => {
        const valid = JSON.stringify({ rabbit_version: "4.3.6", vhosts: [{ name: "/" }] });
        const args = ["check", "--definitions", "-"];
        const { output, exitCode } = await topology([...args, "--junit", "-"], { stdin: valid });
        expect(exitCode).toBe(0);
        expect(parseXml(output).querySelectorAll("testcase")).toHaveLength(1);
        expect((await topology([...args, "--gitlab", "-"], { stdin: valid })).output).toBe("[]\n");
    });

    it("stay valid with hostile names", async () => {
        const args = ["check", "--definitions", "-"];
        const { output } = await topology([...args, "--junit", "-"], { stdin: definitions });
        const document = parseXml(output);
        const named = [...document.querySelectorAll("testcase")].filter((each) =>
            each.getAttribute("name")?.includes("<b>&'"),
        );
        expect(named.length).toBeGreaterThan(0);
        expect(output).not.toMatch(/[\p{Cf}\0]/u);
        const quality = await topology([...args, "--gitlab", "-"], { stdin: definitions });
        expect(Array.isArray(JSON.parse(quality.output))).toBe(true);
    });

    it.each([
        [["--gitlab", "-", "--junit", "-"], '"--gitlab -" and "--junit -"'],
        [["--json", "--sarif", "-", "--junit", "-"], '"--json" and "--sarif -" and "--junit -"'],
    ])("are printed one at a time: %j", async (args, formats) => {
        expect(await topology(["check", "--definitions", shop, ...args])).toEqual({
            exitCode: 2,
            output: "",
            errors: `${formats} exclude each other, because each is printed to standard output; give one of them, or name a file instead of -\n`,
        });
    });
});
