import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
    documentedPackages,
    type LicenceRules,
    licenceProblems,
    lockedPackages,
} from "../../../scripts/release/licences.mjs";
import { root } from "../../../scripts/workspaces.mjs";

const rules: LicenceRules = {
    allowed: ["MIT", "BSD-3-Clause"],
    exceptions: { npm: [], pypi: [] },
};

/** What is wrong with one package of npm that has this licence. */
function problemsOf(licence: string | undefined, ...exceptions: LicenceRules["exceptions"]["npm"]): string[] {
    return licenceProblems(
        [{ source: "npm", name: "shiny", version: "1.2.3", licence }],
        { ...rules, exceptions: { npm: exceptions, pypi: [] } },
        "rules.json",
    );
}

const wayOut = "use another package, or add an exception with its reason to rules.json";

describe("the licences", () => {
    it("of all locked packages of this repository are allowed, each exception is needed", () => {
        execFileSync(process.execPath, [join(root, "scripts/release/checkLicences.mjs")], { stdio: "pipe" });
    });

    it("stop with one sentence where a document cannot be read", () => {
        const script = join(root, "scripts/release/checkLicences.mjs");
        const { status, stderr } = spawnSync(process.execPath, [script, "missing.json"], {
            encoding: "utf8",
        });
        expect(status).toBe(2);
        expect(stderr).toMatch(
            /^missing\.json: cannot be read \(.*\); name a CycloneDX document in JSON\n$/u,
        );
    });

    it.each([
        "MIT",
        "(MIT)",
        "MIT OR GPL-3.0-only",
        "MIT AND BSD-3-Clause",
        "(GPL-2.0-only OR BSD-3-Clause)",
    ])("allow %s", (licence) => {
        expect(problemsOf(licence)).toEqual([]);
    });

    it.each(["GPL-3.0-only", "MIT AND GPL-3.0-only", "SEE LICENSE IN LICENSE", "UNLICENSED", "MIT-ish"])(
        "refuse %s",
        (licence) => {
            expect(problemsOf(licence)).toEqual([
                `package "shiny@1.2.3": has the licence "${licence}", which is not allowed; ${wayOut}`,
            ]);
        },
    );

    it("refuse a package that has none", () => {
        expect(problemsOf(undefined)).toEqual([
            `package "shiny@1.2.3": has no licence, which is not allowed; ${wayOut}`,
        ]);
    });

    it.each([
        ["shiny", "GPL-3.0-only"],
        ["shi*", "GPL-3.0-only"],
        ["shiny", undefined],
    ])("accept an exception for %s with the licence %s", (name, licence) => {
        const exception = { package: name, reason: "tests only", ...(licence !== undefined && { licence }) };
        expect(problemsOf(licence, exception)).toEqual([]);
    });

    it("report a package that has got another licence than its exception names", () => {
        expect(
            problemsOf("GPL-3.0-only", { package: "shiny", licence: "MPL-2.0", reason: "tests only" }),
        ).toEqual([
            'package "shiny@1.2.3": has the licence "GPL-3.0-only", but its exception in rules.json is for "MPL-2.0"; read the new licence and correct the exception',
        ]);
    });

    it("report an exception that no package needs", () => {
        expect(problemsOf("MIT", { package: "shiny", licence: "MIT", reason: "tests only" })).toEqual([
            'exception "shiny": no package needs it; remove it from rules.json',
        ]);
    });

    it("are read from a lock file without the packages of the repository itself", () => {
        const packages = {
            "": { version: "1.0.0" },
            "packages/topology": { version: "1.0.0" },
            "node_modules/@spot-messaging/topology": { link: true },
            "node_modules/a/node_modules/@b/c": { version: "2.0.0", license: "MIT" },
        };
        expect(lockedPackages({ packages })).toEqual([
            { source: "npm", name: "@b/c", version: "2.0.0", licence: "MIT" },
        ]);
    });

    it.each([
        ["an identifier", [{ license: { id: "MIT" } }, { license: { name: "The MIT licence" } }], "MIT"],
        ["an expression", [{ expression: "MIT OR ISC" }], "MIT OR ISC"],
        ["nothing but a name", [{ license: { name: "License :: OSI Approved" } }], undefined],
        ["nothing", undefined, undefined],
    ])("are read from a CycloneDX document with %s", (_, licenses, licence) => {
        expect(documentedPackages({ components: [{ name: "a", version: "1", licenses }] })).toEqual([
            { source: "pypi", name: "a", version: "1", licence },
        ]);
    });
});
