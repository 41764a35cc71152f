import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVersions, writeVersion } from "../../../scripts/release/versions.mjs";
import { root } from "../../../scripts/workspaces.mjs";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
};
const versions = readVersions(root);
const fileOf = (place: string): string => place.slice(0, place.indexOf(":"));
const files = [...new Set(versions.map(({ place }) => fileOf(place)))];

describe("the version of a release", () => {
    it("is the same in all packages, their ranges, the examples, the policy pack, the services and the lock file", () => {
        expect(versions.filter((each) => each.version !== version)).toEqual([]);
        const packages = ["cli", "local", "management", "policy", "pulumi", "topology"];
        expect(files).toEqual([
            "package.json",
            ...packages.map((name) => `packages/${name}/package.json`),
            ...["go/messaging", "python/messaging", "shop", "yaml/messaging"].map(
                (name) => `examples/${name}/package.json`,
            ),
            "packages/policy/PulumiPolicy.yaml",
            "services/pyproject.toml",
            "package-lock.json",
        ]);
    });

    it("is in no other manifest of this repository", () => {
        const manifests = execFileSync("git", ["ls-files", "*package.json", "*.toml", "*/Pulumi*.yaml"], {
            cwd: root,
        });
        const others = manifests
            .toString()
            .trim()
            .split("\n")
            .filter((file) => !files.includes(file))
            .filter((file) => readFileSync(join(root, file), "utf8").includes(version));
        expect(others).toEqual([]);
    });

    it("is written into every file, and nothing else changes", () => {
        const copy = mkdtempSync(join(tmpdir(), "version-"));
        for (const file of files) {
            mkdirSync(dirname(join(copy, file)), { recursive: true });
            cpSync(join(root, file), join(copy, file));
        }
        writeVersion(copy, "7.7.7-rc.1");
        expect(readVersions(copy)).toEqual(versions.map(({ place }) => ({ place, version: "7.7.7-rc.1" })));
        writeVersion(copy, version);
        const changed = files.filter(
            (file) => readFileSync(join(copy, file), "utf8") !== readFileSync(join(root, file), "utf8"),
        );
        expect(changed).toEqual([]);
        rmSync(copy, { recursive: true });
    });

    it.each([
        [[], 'version "": is missing; write one such as 1.1.0 or 1.1.0-rc.1'],
        [["1.1"], 'version "1.1": is not a version; write one such as 1.1.0 or 1.1.0-rc.1'],
        [["v1.1.0"], 'version "v1.1.0": is not a version; write one such as 1.1.0 or 1.1.0-rc.1'],
    ])("must be one: setting it to %j stops with one sentence", (given, sentence) => {
        expect(() =>
            execFileSync(process.execPath, [join(root, "scripts/release/setVersion.mjs"), ...given], {
                stdio: "pipe",
            }),
        ).toThrow(sentence);
    });
});
