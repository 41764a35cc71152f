import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

interface Manifest {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
    readonly packages: Readonly<
        Record<string, { readonly version?: string; readonly integrity?: string; readonly link?: boolean }>
    >;
}

describe("what the project is built of", () => {
    it.each(["", "scripts/node/", "scripts/release/tools/"])(
        "pins every package of %spackage.json to one version",
        (folder) => {
            const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
                read(`${folder}package.json`),
            ) as Manifest; // npm's format
            const loose = Object.entries({
                ...dependencies,
                ...devDependencies,
                ...optionalDependencies,
            }).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u.test(version));
            expect(loose).toEqual([]);
        },
    );

    it.each(["", "scripts/node/", "scripts/release/tools/"])(
        "pins what those need, with the digest of every archive",
        (folder) => {
            const { packages } = JSON.parse(read(`${folder}package-lock.json`)) as Lock; // npm's format
            const loose = Object.entries(packages)
                // The packages of this repository, and the links to them.
                .filter(([path, { link }]) => path !== "" && !path.startsWith("packages/") && link !== true)
                .filter(([, { version, integrity }]) => version === undefined || integrity === undefined)
                .map(([path]) => path);
            expect(loose).toEqual([]);
        },
    );

    it.each(["services/requirements.txt", "services/requirements-dev.txt"])(
        "pins every package of Python in %s",
        (path) => {
            const loose = read(path)
                .split("\n")
                .filter((line) => line !== "" && !/^(?:#|\s|-r )/u.test(line))
                .filter((line) => !/^[\w.[\]-]+==[\w.]+/u.test(line));
            expect(loose).toEqual([]);
        },
    );
});
