import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preparePython } from "../../scripts/python.mjs";
import { type Registry, startRegistry } from "../../scripts/release/registry.mjs";
import { releaseTools } from "../../scripts/release/tools.mjs";
import { readWorkspaces, root } from "../../scripts/workspaces.mjs";
import { type Checkout, checkout, type JobRun, runJob } from "../workflows/runner.ts";
import { jobOf } from "../workflows/workflow.ts";
import { type Outcome, run } from "./support/run.ts";

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    readonly version: string;
}; // npm's format
const workspaces = readWorkspaces();

/** The release workflow in a copy of this project, without the tests that it repeats. What GitHub and npm do with it, no test here can show. */
describe("a release", { timeout: 300_000 }, () => {
    let project: Checkout;
    let commit = "";

    /** Runs steps of the job that packs, as for this tag. */
    async function released(steps: readonly string[], tag: string, main = "main"): Promise<JobRun> {
        const job = jobOf("release", "pack");
        return await runJob(
            project,
            { ...job, steps: job.steps.filter(({ name }) => name !== undefined && steps.includes(name)) },
            {
                "github.event_name == 'push' && github.ref_name || ''": tag,
                "github.event_name == 'push' && format('origin/{0}', github.event.repository.default_branch) || ''":
                    main,
            },
        );
    }

    beforeAll(async () => {
        await preparePython(root, () => undefined);
        project = await checkout(["services"]);
        await symlink(join(root, ".venv"), join(project.folder, ".venv"));
        await writeFile(join(project.folder, ".gitignore"), "/.venv\n", { flag: "a" });
        commit = await project.commit();
    });
    afterAll(async () => {
        await project.remove();
    });

    describe("that is wrong", () => {
        /** What the first step prints about the project with a file changed. */
        async function refusal(tag: string, main?: string): Promise<string> {
            const { codes, output } = await released(["Verify", "Pack"], tag, main);
            expect(codes, output).toEqual({ Verify: 1 });
            expect(existsSync(join(project.folder, ".local", "release"))).toBe(false);
            return output;
        }

        it("stops where the tag is not the version", async () => {
            expect(await refusal("v9.9.9")).toBe(
                `tag "v9.9.9": is not the version of the packages, "${version}"; tag v${version}, or write the version of the tag with npm run release:version\n`,
            );
        });

        it("stops where main does not contain the commit", async () => {
            await project.run("git", "switch", "--quiet", "--orphan", "other");
            await project.run("git", "commit", "--quiet", "--allow-empty", "--message", "other");
            await project.run("git", "switch", "--quiet", "main");
            expect(await refusal(`v${version}`, "other")).toBe(
                'commit "HEAD": is not part of "other"; merge it there first, and tag the merged commit\n',
            );
        });

        it("stops where the changelog has no section, and where a version differs, and names all of it", async () => {
            const file = join(project.folder, "packages", "policy", "PulumiPolicy.yaml");
            const changelog = join(project.folder, "CHANGELOG.md");
            const [policy, changes] = [await readFile(file, "utf8"), await readFile(changelog, "utf8")];
            await writeFile(file, policy.replace(version, "0.9.0"));
            await writeFile(changelog, changes.replace(`## ${version} - `, "## 0.9.0 - "));
            expect(await refusal(`v${version}`)).toBe(
                [
                    `packages/policy/PulumiPolicy.yaml: version: is "0.9.0", not "${version}"; run npm run release:version -- ${version}`,
                    `CHANGELOG.md: section "${version}": is missing; move the lines of "Unreleased" below "## ${version} - YYYY-MM-DD"`,
                    "",
                ].join("\n"),
            );
            await writeFile(file, policy);
            await writeFile(changelog, changes);
        });
    });

    describe("that is right", () => {
        let folder = "";
        const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

        beforeAll(async () => {
            expect((await project.run("git", "rev-parse", "HEAD")).output.trim()).toBe(commit);
            const { codes, output } = await released(["Verify", "Pack", "Rehearse"], `v${version}`);
            expect(codes, output).toEqual({ Verify: 0, Pack: 0, Rehearse: 0 });
            expect(output).toContain(`\n${version}\n`);
            expect(output).toContain(
                `version "${version}" of "@spot-messaging/topology": is already published, with all other packages; write the next version with npm run release:version\n`,
            );
            folder = join(project.folder, ".local", "release", "files");
        });

        it("ships the packages, the services, bills of materials and checksums", async () => {
            expect(await readdir(folder)).toEqual(
                [
                    "SHA256SUMS",
                    `spot-messaging-${version}.cdx.json`,
                    ...workspaces.map(({ name }) => `spot-messaging-${name}-${version}.tgz`),
                    `spot-services-${version}.cdx.json`,
                    `spot_services-${version}-py3-none-any.whl`,
                    `spot_services-${version}.tar.gz`,
                ].sort(),
            );
            const sums = (await read("SHA256SUMS")).trim().split("\n");
            const files = (await readdir(folder)).filter((name) => name !== "SHA256SUMS");
            const expected = files.map(async (name) => {
                const content = await readFile(join(folder, name));
                return `${createHash("sha256").update(content).digest("hex")}  ${name}`;
            });
            expect(sums).toEqual(await Promise.all(expected));
        });

        it("has notes that are the section of the changelog", async () => {
            const notes = await readFile(join(folder, "..", "notes.md"), "utf8");
            expect(await readFile(join(root, "CHANGELOG.md"), "utf8")).toContain(`\n\n${notes}`);
        });

        it("has the recipe of the services' image in the archive of their sources", async () => {
            const { output } = await project.run(
                "tar",
                "--list",
                "--file",
                join(folder, `spot_services-${version}.tar.gz`),
            );
            const names = output.split("\n").map((name) => name.replace(`spot_services-${version}/`, ""));
            expect(names).toEqual(
                expect.arrayContaining([
                    "Dockerfile",
                    "requirements.txt",
                    "LICENSE",
                    "src/spot_services/__main__.py",
                ]),
            ); // the build adds its own metadata
        });

        it.each([`spot-messaging-${version}`, `spot-services-${version}`])(
            "has a valid bill of materials, %s.cdx.json, with a version for each component",
            async (name) => {
                const library = createRequire(join(releaseTools(), "index.js")).resolve(
                    "@cyclonedx/cyclonedx-library",
                );
                const { Validation, Spec } = (await import(pathToFileURL(library).href)) as CycloneDx;
                const text = await read(`${name}.cdx.json`);
                expect(
                    await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text),
                ).toBeNull();
                const { metadata, components } = JSON.parse(text) as Document; // as was just validated
                expect(metadata.component).toMatchObject({
                    name: name.slice(0, name.lastIndexOf("-")),
                    version,
                });
                expect(components.length).toBeGreaterThan(20);
                expect(components.filter((each) => !each.version)).toEqual([]);
            },
        );

        it("has every package of the release and what it needs in the bill of materials", async () => {
            const { components } = JSON.parse(await read(`spot-messaging-${version}.cdx.json`)) as Document;
            const names = new Set(
                components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`)),
            );
            const needed = workspaces.flatMap(({ manifest }) => [
                manifest.name,
                ...Object.keys(manifest.dependencies ?? {}),
            ]);
            expect(needed.filter((name) => !names.has(name))).toEqual([]);
            expect(["vitest", "eslint", "mermaid"].filter((name) => names.has(name))).toEqual([]);
        });
    });
});

interface CycloneDx {
    readonly Spec: { readonly Version: { readonly v1dot6: string } };
    readonly Validation: {
        readonly JsonStrictValidator: new (
            version: string,
        ) => { validate: (text: string) => Promise<unknown> };
    };
}

interface Document {
    readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
    readonly components: readonly {
        readonly group?: string;
        readonly name: string;
        readonly version: string;
    }[];
}

/** The last step of the release on packages of three lines, since only their names and versions matter. */
describe("publishing", { timeout: 120_000 }, () => {
    let folder = "";
    let registry: Registry;

    /** Packs packages and publishes them as the workflow does, but without what only GitHub can sign. */
    async function publish(version: string, ...names: readonly string[]): Promise<Outcome> {
        const release = join(folder, ".local", "release");
        await rm(release, { recursive: true, force: true });
        await mkdir(join(release, "files"), { recursive: true });
        const packed = [];
        for (const name of names) {
            const source = join(folder, name);
            await mkdir(source, { recursive: true });
            await writeFile(join(source, "package.json"), JSON.stringify({ name, version }));
            const files = `--pack-destination=${join(release, "files")}`;
            const { stdout } = await run(folder, "npm", "pack", `./${name}`, "--json", files);
            packed.push(...(Object.values(JSON.parse(stdout) as object) as object[])); // npm's format
        }
        await writeFile(join(release, "packages.json"), JSON.stringify(packed));
        const script = join(folder, "scripts", "release", "publish.mjs");
        return await run(
            folder,
            process.execPath,
            script,
            "--without-provenance",
            `--registry=${registry.url}`,
        );
    }

    /** The tags of a package in the registry. */
    async function tagsOf(name: string): Promise<unknown> {
        const view = await run(
            folder,
            "npm",
            "view",
            name,
            "dist-tags",
            "--json",
            `--registry=${registry.url}`,
        );
        return JSON.parse(view.stdout);
    }

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "publishing-"));
        await cp(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
        const files = join(folder, "registry");
        await mkdir(files);
        registry = await startRegistry(files);
        const { npm_config_userconfig: userFile = "" } = registry.variables;
        // Where a registry does not answer, npm tries for a minute.
        await writeFile(join(folder, ".npmrc"), `${await readFile(userFile, "utf8")}fetch-retries=0\n`);
        await writeFile(join(folder, "package.json"), "{}");
    });
    afterAll(async () => {
        await registry.stop();
        await rm(folder, { recursive: true, force: true });
    });

    it("gives a prerelease the tag next, and leaves latest as it is", async () => {
        expect(await publish("1.0.0", "first")).toMatchObject({ exitCode: 0, stderr: "" });
        const { exitCode, stdout } = await publish("1.1.0-rc.1", "first");
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Published first 1.1.0-rc.1 as next\n" });
        expect(await tagsOf("first")).toEqual({ latest: "1.0.0", next: "1.1.0-rc.1" });
    });

    it("goes on where an earlier run stopped half-way", async () => {
        expect((await publish("2.0.0", "first")).exitCode).toBe(0);
        expect(await publish("2.0.0", "first", "second")).toEqual({
            exitCode: 0,
            stdout: "Published second 2.0.0 as latest\n",
            stderr: "",
        });
    });

    it("stops where the registry has the same version with another content, and publishes nothing", async () => {
        expect((await publish("3.0.0", "third")).exitCode).toBe(0);
        await writeFile(join(folder, "third", "README.md"), "changed");
        expect(await publish("3.0.0", "fourth", "third")).toEqual({
            exitCode: 1,
            stdout: "",
            stderr: 'version "3.0.0" of "third": is already published, with another content; write the next version with npm run release:version\n',
        });
        expect(await tagsOf("fourth")).toHaveProperty("error.code", "E404");
    });

    it("stops where the registry does not answer", async () => {
        const release = join(folder, ".local", "release", "packages.json");
        await writeFile(
            release,
            JSON.stringify([{ name: "first", version: "9.0.0", filename: "none.tgz", integrity: "" }]),
        );
        const script = join(folder, "scripts", "release", "publish.mjs");
        const silent = "--registry=http://127.0.0.1:1/";
        const { exitCode, stderr } = await run(
            folder,
            process.execPath,
            script,
            "--without-provenance",
            silent,
        );
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/^registry "http:\/\/127\.0\.0\.1:1\/": does not answer; /u);
    });
});
