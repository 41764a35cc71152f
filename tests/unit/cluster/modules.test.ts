import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as modules from "../../cluster/support/modules.ts";
import { kubernetes } from "../../kube/support/kubernetesPrograms.ts";
import { type GoModule, versionOf } from "../../support/goProgram.ts";
import { minio } from "../../support/objectStore.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const published: readonly GoModule[] = [...Object.values(modules), kubernetes, minio].filter(
    ({ module }: GoModule) => module !== undefined,
);

describe.each(published.map((module) => [module.module ?? "", module] as const))(
    "module %s",
    (name, module) => {
        it("has one version, whose content go.sum pins", () => {
            const sums = readFileSync(path.join(module.folder, "go.sum"), "utf8");
            expect(sums).toContain(`${name} ${versionOf(module)} h1:`);
        });

        it("has the packages of all its programs, and go.mod names each as a tool that the folder does not write itself", () => {
            const { tools, own } = readModule(module);
            const sharing = published.filter(({ folder }) => folder === module.folder);
            const packages = sharing.flatMap((each) => Object.values(each.packages));
            expect(tools).toEqual(packages.filter((each) => !each.startsWith(`${own}/`)).toSorted());
            const names = sharing.map((each) => each.module ?? "");
            expect(
                tools.filter((tool) => !names.some((one) => tool === one || tool.startsWith(`${one}/`))),
            ).toEqual([]);
        });

        it("is in docs/reference/dependencies.md with its version", () => {
            const page = readFileSync(path.join(root, "docs/reference/dependencies.md"), "utf8");
            expect(page).toContain(`| \`${name}\` | ${versionOf(module)} |`);
        });

        it("uses no folder of this machine", () => {
            expect(readModule(module).text).not.toMatch(/=> \.{0,2}\//);
        });
    },
);

it("is each folder of tests/cluster/programs", () => {
    const folder = path.join(root, "tests/cluster/programs");
    const used = Object.values(modules)
        .map((module: GoModule) => module.folder)
        .filter((each) => path.dirname(each) === folder)
        .map((each) => path.basename(each));
    expect(readdirSync(folder)).toEqual(used.toSorted());
});

/** The text of go.mod, its own path, and the packages that it names as tools. */
function readModule({ folder }: GoModule): { text: string; own: string; tools: string[] } {
    const text = readFileSync(path.join(folder, "go.mod"), "utf8");
    const block = /^tool \(\n([^)]*)\)/m.exec(text)?.[1] ?? /^tool (\S+)$/m.exec(text)?.[1] ?? "";
    return {
        text,
        own: /^module (\S+)$/m.exec(text)?.[1] ?? "",
        tools: block
            .split(/\s+/)
            .filter((tool) => tool !== "")
            .toSorted(),
    };
}
