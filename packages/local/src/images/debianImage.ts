import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { sendFolder } from "./archive.ts";
import { runCommand } from "./command.ts";
import { followProgress } from "./engineProgress.ts";
import { canInstallPackages, hasProgram, installPackages, readHost } from "./host.ts";
import { localFolder } from "./localFolder.ts";
import { hasImage, imageLabels } from "./localImage.ts";
import { withLock } from "./lock.ts";
import type { Report } from "./report.ts";

/** An image that contains only Debian's packages. */
export interface DebianImage {
    readonly name: string;
    readonly suite: "sid" | "trixie";
    readonly packages: readonly string[];
    /** Dockerfile instructions that configure its containers, such as `ENV LANG=C.UTF-8`. */
    readonly instructions: readonly string[];
}

/** The label of every image that this program built; its value names the source. */
export const originLabel = "spot-messaging.origin";

/** The label with what an image of Debian's packages was made of, so that a changed recipe makes another image of the same name. */
const recipeLabel = "spot-messaging.recipe";

function recipeOf({ suite, packages, instructions }: DebianImage): string {
    return createHash("sha256")
        .update(JSON.stringify([suite, packages, instructions]))
        .digest("hex")
        .slice(0, 12);
}

/** Whether the engine has an image of this name that this program built from another recipe. Images from elsewhere never are. */
export async function isOutdatedDebianImage(docker: Docker, image: DebianImage): Promise<boolean> {
    const labels = await imageLabels(docker, image.name);
    return labels?.[originLabel]?.startsWith("debian-") === true && labels[recipeLabel] !== recipeOf(image);
}

/** Parts of the root file system that no container needs. The Erlang cookie is a secret and must differ between machines. */
const leftOut = [
    "./dev/*",
    "./etc/hostname",
    "./etc/machine-id",
    "./etc/resolv.conf",
    "./proc/*",
    "./run/*",
    "./sys/*",
    "./tmp/*",
    "./usr/share/bash-completion/*",
    "./usr/share/doc/*",
    "./usr/share/info/*",
    "./usr/share/locale/*",
    "./usr/share/man/*",
    "./var/cache/*/*",
    "./var/lib/apt/lists/*",
    "./var/lib/rabbitmq/.erlang.cookie",
    "./var/log/*.log",
    "./var/log/apt/*",
];

/**
 * Builds an image from Debian's packages and imports it, unless the engine has a current image of that name by then. This needs root on
 * Debian and takes half a minute. An interrupted build leaves no image; the next build removes its files.
 */
export async function importDebianImage(docker: Docker, image: DebianImage, report: Report): Promise<void> {
    await withLock(`the image "${image.name}"`, report, async () => {
        if ((await hasImage(docker, image.name)) && !(await isOutdatedDebianImage(docker, image))) {
            return;
        }
        await installTools(report);
        const folder = path.join(localFolder, "images", image.name.replaceAll(/[^a-z0-9.]+/g, "-"));
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        try {
            report(
                `Building "${image.name}" from the packages of Debian ${image.suite}, which takes about 40 seconds`,
            );
            await bootstrap(image, folder);
            await importFolder(docker, image, folder);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
}

/** Why this machine cannot build images from Debian's packages; `undefined` if it can. */
export function debianImageProblem(host = readHost()): string | undefined {
    return canInstallPackages(host) ? undefined : "building it from Debian's packages needs root on Debian";
}

async function installTools(report: Report): Promise<void> {
    if (!hasProgram("debootstrap")) {
        // Upgrade the keyring: sid is signed with keys that are newer than this release.
        await installPackages(["debootstrap", "debian-archive-keyring"], report);
    }
}

/**
 * Runs in its own namespaces, so that an interrupted build leaves no processes or mounts, and ends together with this process.
 * @see https://wiki.debian.org/Debootstrap
 */
async function bootstrap({ suite, packages }: DebianImage, folder: string): Promise<void> {
    await runCommand({
        program: "setpriv",
        arguments: [
            ...["--pdeathsig", "KILL"],
            ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
            ...["debootstrap", "--variant=minbase", "--force-check-gpg", `--include=${packages.join(",")}`],
            ...[suite, folder],
        ],
        environment: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
        wayOut: "check that this machine reaches deb.debian.org and that debian-archive-keyring is up to date",
    });
}

async function importFolder(docker: Docker, image: DebianImage, folder: string): Promise<void> {
    const [repo = "", tag = ""] = image.name.split(":");
    await sendFolder(folder, leftOut, async (archive, abortSignal) => {
        const progress = await docker.importImage(archive, {
            repo,
            tag,
            changes: [
                ...image.instructions,
                `LABEL ${originLabel}=debian-${image.suite} ${recipeLabel}=${recipeOf(image)}`,
            ],
            abortSignal,
        });
        await followProgress(docker, progress);
    });
}
