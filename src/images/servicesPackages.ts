import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import type { Report } from "@spot-messaging/local/images";
import {
    type ArchiveFile,
    type DebianImage,
    followProgress,
    hasImage,
    importDebianImage,
    installPackages,
    localFolder,
    originLabel,
    removeOldImages,
    runCommand,
    sendFolder,
    withLock,
} from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { fingerprint } from "./servicesFiles.ts";

/** The official Python image has the same Debian release and the same minor version of Python. */
const python: DebianImage = {
    name: "spot-messaging/python:trixie-tls",
    suite: "trixie",
    // The official image has the certificates, too; clients of HTTPS do not start without any.
    packages: ["python3", "ca-certificates"],
    instructions: ["ENV LANG=C.UTF-8"],
};
const pythonVersion = "3.13";
/** The newest C library that wheels can need: that of trixie. */
const newestGlibcMinor = 41;

const repository = "spot-messaging/services-packages";
/** Increase it when the same requirements result in another image. */
const format = "2";

/**
 * An image of Python and the services' packages, for machines that reach a package index but no image registry. It changes only with the
 * requirements.
 * @returns its name
 */
export async function ensureServicesPackages(
    docker: Docker,
    requirements: ArchiveFile,
    report: Report,
): Promise<string> {
    const name = `${repository}:${fingerprint([requirements], format)}`;
    if (await hasImage(docker, name)) {
        return name;
    }
    await importDebianImage(docker, python, report);
    await withLock(`the image "${name}"`, report, async () => {
        if (await hasImage(docker, name)) {
            return;
        }
        const folder = path.join(localFolder, "images", name.replaceAll(/[^a-z0-9]+/g, "-"));
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        try {
            await downloadPackages(requirements, folder, report);
            writeFileSync(
                path.join(folder, "Dockerfile"),
                `FROM ${python.name}\nCOPY packages /opt/spot/packages\nLABEL ${originLabel}=services-packages\n`,
            );
            await sendFolder(folder, [], async (archive, abortSignal) => {
                const progress = await docker.buildImage(archive, { t: name, forcerm: true, abortSignal });
                await followProgress(docker, progress);
            });
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
        await removeOldImages(docker, repository);
    });
    return name;
}

/** Unpacks the wheels for the image's Python. It differs from this machine's Python, so nothing can be compiled. */
async function downloadPackages(requirements: ArchiveFile, folder: string, report: Report): Promise<void> {
    await installPip(report);
    report("Downloading the Python packages of the services");
    const list = path.join(folder, "requirements.txt");
    writeFileSync(list, requirements.content);
    await runCommand({
        program: "python3",
        arguments: [
            ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"],
            ...["--root-user-action=ignore", "--no-compile", "--only-binary=:all:"],
            // The list is complete, and this machine's pip would evaluate its conditions for the wrong Python version.
            "--no-deps",
            ...["--implementation=cp", `--python-version=${pythonVersion}`, ...platforms()],
            ...["--target", path.join(folder, "packages"), "--requirement", list],
        ],
        wayOut: "check that this machine reaches a package index, and that each package has a wheel for Linux",
    });
}

/** Platform tags of wheels that run in the image, newest first. */
function platforms(): readonly string[] {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    const oldestGlibcMinor = 5;
    const tags = Array.from(
        { length: newestGlibcMinor - oldestGlibcMinor + 1 },
        (_, index) => `manylinux_2_${newestGlibcMinor - index}`,
    );
    return [...tags, "manylinux2014", "linux"].map((tag) => `--platform=${tag}_${machine}`);
}

async function installPip(report: Report): Promise<void> {
    const isThere = await runCommand({
        program: "python3",
        arguments: ["-m", "pip", "--version"],
        wayOut: "",
    }).then(
        () => true,
        () => false,
    );
    if (!isThere) {
        await installPackages(["python3-pip"], report);
    }
}
