import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Cluster } from "./cluster.ts";

/** An image on all nodes of a cluster. */
export interface LoadedImage {
    /** As Docker knows it: `repository:tag`. */
    readonly name: string;
    /** With the digest of its manifest on the nodes: `repository@sha256:…`. */
    readonly byDigest: string;
}

/** Copies an image from the Docker Engine to all nodes, which cannot reach a registry. */
export async function loadImage({ docker, folder, nodes }: Cluster, name: string): Promise<LoadedImage> {
    const archive = `images/${name.replaceAll(/[^a-z0-9.]+/g, "-")}.tar`;
    const file = path.join(folder, archive);
    mkdirSync(path.dirname(file), { recursive: true });
    await pipeline(await docker.getImage(name).get(), createWriteStream(file));
    const full = fullName(name);
    const digests = await Promise.all(
        nodes.map(async ({ run }) => {
            await run("ctr", "-n", "k8s.io", "images", "import", "--no-unpack", `/run/cluster/${archive}`);
            const listed = await run("ctr", "-n", "k8s.io", "images", "ls", `name==${full}`);
            const digest = /sha256:[0-9a-f]{64}/.exec(listed)?.[0];
            if (digest === undefined) {
                throw new Error(`image "${name}": is not on the node after its import: ${listed}`);
            }
            await run("ctr", "-n", "k8s.io", "images", "tag", "--force", full, digestName(full, digest));
            return digest;
        }),
    );
    rmSync(file);
    return { name, byDigest: digestName(full, digests[0] ?? "") };
}

/** As containerd completes it. */
function fullName(name: string): string {
    const parts = name.split("/");
    const hasHost = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? "");
    return hasHost ? name : `docker.io/${parts.length === 1 ? "library/" : ""}${name}`;
}

function digestName(name: string, digest: string): string {
    return `${name.replace(/:[^:/]+$/, "")}@${digest}`;
}
