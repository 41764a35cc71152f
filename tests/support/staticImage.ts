import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import {
    followProgress,
    hasImage,
    localFolder,
    originLabel,
    type Report,
    removeOldImages,
    sendFolder,
    withLock,
} from "@spot-messaging/local/images";
import type Docker from "dockerode";

/** An image with one static program, `/tmp`, and nothing else. */
export interface StaticImage {
    readonly repository: string;
    /** The program on this machine: a path, or a name on PATH. */
    readonly program: string;
    /** Its path in the image. */
    readonly path: string;
    /** Further paths of it in the image. */
    readonly links?: readonly string[];
    /** Dockerfile instructions that configure its containers, such as `USER 65532`. */
    readonly instructions: readonly string[];
}

/** The image's name. Its tag changes with the program, because the name of a built program contains a digest, and with the rest of the image. */
export function staticImageName({ repository, program, ...rest }: StaticImage): string {
    const digest = createHash("sha256")
        .update(JSON.stringify([path.basename(program), rest.path, rest.links ?? [], rest.instructions]))
        .digest("hex");
    return `${repository}:${digest.slice(0, 12)}`;
}

/**
 * Makes sure that the Docker Engine has the image, without a registry. Older images are removed, except the previous one.
 * @returns its name
 */
export async function ensureStaticImage(docker: Docker, image: StaticImage, report: Report): Promise<string> {
    const name = staticImageName(image);
    await withLock(`the image "${image.repository}"`, report, async () => {
        if (await hasImage(docker, name)) {
            return;
        }
        const folder = path.join(localFolder, "images", image.repository.replaceAll(/[^a-z0-9.]+/g, "-"));
        rmSync(folder, { recursive: true, force: true });
        try {
            writeRoot(image, folder);
            await sendFolder(folder, [], async (archive, abortSignal) => {
                const progress = await docker.importImage(archive, {
                    repo: image.repository,
                    tag: name.slice(image.repository.length + 1),
                    changes: [...image.instructions, `LABEL ${originLabel}=program`],
                    abortSignal,
                });
                await followProgress(docker, progress);
            });
            await removeOldImages(docker, image.repository);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
    return name;
}

function writeRoot(image: StaticImage, folder: string): void {
    const temporary = path.join(folder, "tmp");
    mkdirSync(temporary, { recursive: true });
    chmodSync(temporary, 0o1777);
    const file = path.join(folder, image.path);
    mkdirSync(path.dirname(file), { recursive: true });
    copyFileSync(pathOf(image.program), file);
    chmodSync(file, 0o755);
    for (const link of image.links ?? []) {
        const place = path.join(folder, link);
        mkdirSync(path.dirname(place), { recursive: true });
        symlinkSync(image.path, place);
    }
}

function pathOf(program: string): string {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter);
    const found = folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
    return path.isAbsolute(program) ? program : (found ?? program);
}
