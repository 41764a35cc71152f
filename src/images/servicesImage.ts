import { fileURLToPath } from "node:url";
import type { Report } from "@spot-messaging/local/images";
import {
    type ArchiveFile,
    debianImageProblem,
    engineReason,
    followProgress,
    hasImage,
    lastOutputLines,
    originLabel,
    packFiles,
    pullImage,
    removeOldImages,
    withLock,
} from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { readServicesFiles, type ServicesFiles } from "./servicesFiles.ts";
import { nameOf, repository } from "./servicesImageName.ts";
import { ensureServicesPackages } from "./servicesPackages.ts";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
/** The same as in services/Dockerfile. */
const officialBase = "python:3.13-slim";

/**
 * Makes sure that the engine has the services' image. If it is missing, it is built from `services/`, on the official Python image or, if
 * no registry is reachable, on an image of Debian's packages. Older images are removed, except the previous one.
 * @returns its name
 * @throws UserError `image "spot-messaging/services:…": cannot be built: <why>; correct the files in services/`
 */
export async function ensureServicesImage(
    docker: Docker,
    report: Report,
    root: string = projectRoot,
): Promise<string> {
    const files = readServicesFiles(root);
    const name = nameOf(files.all);
    if (await hasImage(docker, name)) {
        return name;
    }
    await withLock(`the image "${name}"`, report, async () => {
        if (await hasImage(docker, name)) {
            return;
        }
        const base = await ensureBase(docker, name, files, report);
        report(`Building "${name}"`);
        await build(docker, name, base, files.all);
        await removeOldImages(docker, repository);
        await removeRemains(docker);
    });
    return name;
}

async function ensureBase(
    docker: Docker,
    name: string,
    { requirements }: ServicesFiles,
    report: Report,
): Promise<string> {
    if (await hasImage(docker, officialBase)) {
        return officialBase;
    }
    const outcome = await pullImage(docker, officialBase, report);
    if (outcome.kind === "pulled") {
        return officialBase;
    }
    report(`"${officialBase}" cannot be pulled: ${outcome.reason}`);
    const hindrance = debianImageProblem();
    if (hindrance !== undefined) {
        throw new UserError(
            `image "${name}": its base "${officialBase}" cannot be pulled (${outcome.reason}), and ${hindrance}; ` +
                `let this machine reach the registry, or bring the base with "docker load"`,
        );
    }
    return ensureServicesPackages(docker, requirements, report);
}

async function build(
    docker: Docker,
    name: string,
    base: string,
    files: readonly ArchiveFile[],
): Promise<void> {
    const output: string[] = [];
    try {
        const progress = await docker.buildImage(packFiles(files), {
            t: name,
            buildargs: { BASE: base },
            forcerm: true,
        });
        await followProgress(docker, progress, ({ stream }) => output.push(stream ?? ""));
    } catch (error) {
        throw new UserError(
            `image "${name}": cannot be built: ${engineReason(error)}${lastOutputLines(output.join(""))}; correct the files in services/`,
        );
    }
}

/** Removes leftovers of failed builds. Those younger than an hour can belong to a running build. */
async function removeRemains(docker: Docker): Promise<void> {
    await docker.pruneImages({
        filters: { dangling: ["true"], label: [`${originLabel}=services`], until: ["1h"] },
    });
}
