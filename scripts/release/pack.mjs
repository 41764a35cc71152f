// npm run release:pack: makes everything that a release ships, in .local/release/files.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { execute } from "../execute.mjs";
import { preparePython } from "../python.mjs";
import { root } from "../workspaces.mjs";
import { writeDocuments } from "./documents.mjs";
import { expectExitCode, reportUserErrors } from "./failure.mjs";
import { packPackages } from "./packPackages.mjs";
import { filesFolder, packagesFile } from "./places.mjs";

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;

await reportUserErrors(pack);

async function pack() {
    rmSync(filesFolder, { recursive: true, force: true });
    mkdirSync(filesFolder, { recursive: true });
    await run(process.execPath, [path.join(root, "scripts", "build.mjs")], root);
    // The only place that knows where the sources are: the workflow, on the host of the repository.
    const packed = packPackages(
        filesFolder,
        GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`,
    );
    writeFileSync(packagesFile, `${JSON.stringify(packed, undefined, 4)}\n`);
    const interpreter = await preparePython(root, (message) => console.error(message));
    await buildServices(interpreter);
    await writeDocuments(filesFolder, version, interpreter);
    const sums = readdirSync(filesFolder)
        .sort()
        .map((name) => `${sha256(path.join(filesFolder, name))}  ${name}\n`);
    writeFileSync(path.join(filesFolder, "SHA256SUMS"), sums.join(""));
    console.log(`Packed ${sums.length} files of version ${version}`);
}

/**
 * Makes the services' wheel, and the archive of their sources with the recipe of their image. From a copy, since the build writes into it.
 * @param {string} interpreter
 */
async function buildServices(interpreter) {
    const copy = mkdtempSync(path.join(tmpdir(), "services-"));
    try {
        const files = ["pyproject.toml", "README.md", "MANIFEST.in", "Dockerfile", "requirements.txt", "src"];
        for (const file of files) {
            cpSync(path.join(root, "services", file), path.join(copy, file), {
                recursive: true,
                filter: (source) => !/__pycache__|\.egg-info/u.test(source),
            });
        }
        cpSync(path.join(root, "LICENSE"), path.join(copy, "LICENSE"));
        await run(interpreter, ["-m", "build", "--no-isolation", `--outdir=${filesFolder}`, copy], copy);
    } finally {
        rmSync(copy, { recursive: true, force: true });
    }
}

/**
 * @param {string} program
 * @param {string[]} options
 * @param {string} folder
 */
async function run(program, options, folder) {
    expectExitCode(options.join(" "), await execute(program, options, folder));
}

/** @param {string} file */
function sha256(file) {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
}
