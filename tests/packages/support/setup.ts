import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { TestProject } from "vitest/node";
import { packPackages } from "../../../scripts/release/packPackages.mjs";
import { readWorkspaces, root } from "../../../scripts/workspaces.mjs";
import { npm, succeed } from "./run.ts";

declare module "vitest" {
    interface ProvidedContext {
        /** The folder of the packed packages, one .tgz for each. */
        readonly tarballs: string;
        /** A folder outside the repository in which all packages are installed from their tarballs, with their peers. */
        readonly installation: string;
    }
}

/** Builds and packs every package as a release does, and installs them all where nothing of the repository can be found. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
    const folder = await mkdtemp(join(tmpdir(), "spot-messaging-packages-"));
    const tarballs = join(folder, "tarballs");
    const installation = join(folder, "installation");
    await mkdir(tarballs);
    await mkdir(installation);
    await succeed(root, process.execPath, join("scripts", "build.mjs"));
    packPackages(tarballs);
    await writeFile(join(installation, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const archives = (await readdir(tarballs)).map((name) => join(tarballs, name));
    // npm does not install the optional ones by itself.
    const peers = readWorkspaces().flatMap(({ manifest }) =>
        Object.entries(manifest.peerDependencies ?? {}).map(([name, range]) => `${name}@${range}`),
    );
    await npm(installation, "install", ...archives, ...new Set(peers));
    provide("tarballs", tarballs);
    provide("installation", installation);
    return () => rm(folder, { recursive: true, force: true });
}
