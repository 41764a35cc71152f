import { createHash } from "node:crypto";
import {
    followProgress,
    hasImage,
    packFiles,
    type Report,
    removeOldImages,
} from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { ensurePostgresImage } from "../../chaos/images/postgresImage.ts";

const repository = "spot-messaging/cloudnative-pg-database";
/** CloudNativePG reads it from the image's tag. */
const majorVersion = 17;
/** CloudNativePG runs PostgreSQL as this user and group unless a cluster names others. */
const user = 26;

/**
 * Makes sure that the Docker Engine has an image of PostgreSQL that CloudNativePG can run: the server's programs are on PATH, and the user
 * `postgres` is number 26.
 * @returns its name
 */
export async function ensureDatabaseImage(docker: Docker, report: Report): Promise<string> {
    const base = await ensurePostgresImage(docker, report);
    const dockerfile = [
        `FROM ${base}`,
        // Debian has a group of that number, whose name does not matter.
        `RUN usermod --uid ${user} --gid ${user} postgres`,
        `USER ${user}:${user}`,
        "",
    ].join("\n");
    const name = `${repository}:${majorVersion}-${await fingerprint(docker, base, dockerfile)}`;
    if (await hasImage(docker, name)) {
        return name;
    }
    report(`Building "${name}"`);
    const progress = await docker.buildImage(
        packFiles([{ path: "Dockerfile", content: Buffer.from(dockerfile) }]),
        { t: name, forcerm: true },
    );
    await followProgress(docker, progress);
    await removeOldImages(docker, repository);
    return name;
}

async function fingerprint(docker: Docker, base: string, dockerfile: string): Promise<string> {
    const { Id } = await docker.getImage(base).inspect();
    return createHash("sha256").update(`${Id}\n${dockerfile}`).digest("hex").slice(0, 12);
}
