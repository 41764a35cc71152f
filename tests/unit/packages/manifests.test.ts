import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { preProcessFile } from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Manifest, readWorkspaces, root, type Workspace } from "../../../scripts/workspaces.mjs";

const project = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest; // npm's format
const workspaces = readWorkspaces();
const names = new Set(workspaces.map(({ manifest }) => manifest.name));

/** `@pulumi/random` of `@pulumi/random/provider`. */
function packageOf(specifier: string): string {
    return specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
}

/** The packages that a package's sources import, including imports of types. */
function importedPackages({ folder }: Workspace): string[] {
    const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join("src", file));
    const files = [...sources, ...readdirSync(folder).filter((file) => file.endsWith(".cjs"))];
    const imported = files.flatMap((file) =>
        preProcessFile(readFileSync(join(folder, file), "utf8"), true, true).importedFiles.map(
            ({ fileName }) => fileName,
        ),
    );
    const isOther = (name: string): boolean => !/^(?:\.|node:)/.test(name) && !builtinModules.includes(name);
    return [...new Set(imported.filter(isOther).map(packageOf))].sort();
}

/** The package that has the types of another one, or the other one where it has its own. */
function typesOf(name: string): string {
    const types = `@types/${name.replace(/^@/, "").replace("/", "__")}`;
    return existsSync(join(root, "node_modules", types)) ? types : name;
}

describe.each(workspaces.map((workspace) => ({ ...workspace, workspace })))(
    "package.json of $name",
    ({ name, folder, manifest, entrances, workspace }) => {
        const dependencies = manifest.dependencies ?? {};
        const peers = manifest.peerDependencies ?? {};

        it("can be published, together with all others", () => {
            expect(manifest).toMatchObject({
                name: `@spot-messaging/${name}`,
                version: project.version,
                license: project.license,
                type: "module",
                engines: project.engines,
                publishConfig: { access: "public", provenance: true },
                scripts: { prepack: `node ../../scripts/build.mjs ${name}` },
            });
            expect(manifest.private).toBeUndefined();
            expect(manifest.description).toMatch(/\w/u);
            expect(manifest.keywords).toContain("rabbitmq");
            expect(manifest.files).toContain("dist");
        });

        it("names an entrance for each file of src/exports, and its output and types alike", () => {
            const sources = readdirSync(join(folder, "src", "exports"));
            expect(entrances.map(({ source }) => source).sort()).toEqual(
                sources.sort().map((file) => `./src/exports/${file}`),
            );
            for (const { name: entrance, source, types, output } of entrances) {
                expect(basename(source, ".ts")).toBe(entrance);
                expect(types).toBe(`./dist/types/exports/${entrance}.d.ts`);
                expect(output).toBe(`./dist/${entrance}.js`);
            }
        });

        it("depends on what its sources import, and on nothing else", () => {
            const imported = importedPackages(workspace).filter((other) => other !== manifest.name);
            const declared = Object.keys({ ...dependencies, ...peers });
            expect(
                imported.filter((other) => ![other, typesOf(other)].some((one) => declared.includes(one))),
            ).toEqual([]);
            expect(
                declared.filter((other) => !imported.some((one) => [one, typesOf(one)].includes(other))),
            ).toEqual([]);
        });

        it("takes exactly its own version of the others, and compatible versions of what is not ours", () => {
            const wrong = Object.entries({ ...dependencies, ...peers }).filter(([other, range]) =>
                names.has(other) ? range !== project.version : !/^\^\d+\.\d+\.\d+$/.test(range),
            );
            expect(wrong).toEqual([]);
        });
    },
);

it("gives the policy pack the version of its package", () => {
    const pack: unknown = parse(readFileSync(join(root, "packages", "policy", "PulumiPolicy.yaml"), "utf8"));
    expect(pack).toMatchObject({ version: project.version });
});
