import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import {
    followProgress,
    hasImage,
    localFolder,
    originLabel,
    type Report,
    sendFolder,
    withLock,
} from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { ensureMinio } from "../../support/objectStore.ts";

const repo = "spot-messaging/minio";
const tag = "tests";

/**
 * Makes sure that the Docker Engine has an image of MinIO, with nothing but the program that the tests of the mail store use too.
 * @returns its name
 */
export async function ensureMinioImage(docker: Docker, report: Report): Promise<string> {
    const name = `${repo}:${tag}`;
    if (await hasImage(docker, name)) {
        return name;
    }
    const program = pathOf(await ensureMinio(report));
    await withLock(`the image "${name}"`, report, async () => {
        const folder = path.join(localFolder, "images", "minio");
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(path.join(folder, "tmp"), { recursive: true });
        try {
            copyFileSync(program, path.join(folder, "minio"));
            await sendFolder(folder, [], async (archive, abortSignal) => {
                const progress = await docker.importImage(archive, {
                    repo,
                    tag,
                    changes: [`LABEL ${originLabel}=minio`],
                    abortSignal,
                });
                await followProgress(docker, progress);
            });
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
    return name;
}

/** The file of a program that may be a name on PATH. */
function pathOf(program: string): string {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter);
    const found = folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
    return path.isAbsolute(program) ? program : (found ?? program);
}
