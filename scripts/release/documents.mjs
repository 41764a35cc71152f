import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { execute } from "../execute.mjs";
import { npmCommand } from "../npm.mjs";
import { documentEnvironment } from "../python.mjs";
import { readWorkspaces, root } from "../workspaces.mjs";
import { expectExitCode } from "./failure.mjs";
import { releaseTools } from "./tools.mjs";

/**
 * Writes the bills of materials of a release as CycloneDX documents: what the packages of npm need, and what the services need.
 * @param {string} folder
 * @param {string} version
 * @param {string} interpreter - of Python, with the tools of services/requirements-dev.txt
 * @returns the files
 * @throws UserError
 */
export async function writeDocuments(folder, version, interpreter) {
    const packages = path.join(folder, `spot-messaging-${version}.cdx.json`);
    const services = path.join(folder, `spot-services-${version}.cdx.json`);
    expectExitCode("cyclonedx-npm", await documentPackages(packages));
    const environment = mkdtempSync(path.join(tmpdir(), "services-"));
    try {
        const python = path.join(environment, "bin", "python");
        const requirements = path.join(root, "services", "requirements.txt");
        expectExitCode(
            "python -m venv",
            await execute(interpreter, ["-m", "venv", "--without-pip", environment], root),
        );
        expectExitCode(
            "pip install",
            await execute(
                interpreter,
                [
                    ...["-m", "pip", `--python=${python}`, "--quiet", "--disable-pip-version-check"],
                    ...["install", "--no-deps", "--only-binary=:all:", `--requirement=${requirements}`],
                ],
                root,
            ),
        );
        const project = `--pyproject=${path.join(root, "services", "pyproject.toml")}`;
        expectExitCode("cyclonedx-py", await documentEnvironment(interpreter, python, services, [project]));
        return [packages, services];
    } finally {
        rmSync(environment, { recursive: true, force: true });
    }
}

/**
 * What the packages need at run time, peers included, at the versions of the lock file, which they are tested with. The lock file alone is
 * read: node_modules has the packages of this platform only.
 * @param {string} file
 */
function documentPackages(file) {
    const program = path.join(releaseTools(), "@cyclonedx", "cyclonedx-npm", "bin", "cyclonedx-npm-cli.js");
    const workspaces = readWorkspaces().map(({ manifest }) => `--workspace=${manifest.name}`);
    const options = [
        "--omit=dev",
        "--package-lock-only",
        "--output-reproducible",
        "--no-validate",
        ...workspaces,
    ];
    const { before } = npmCommand();
    // It calls the npm that runs it.
    const variables = before.length > 0 ? { npm_execpath: before[0] } : {};
    return execute(process.execPath, [program, ...options, `--output-file=${file}`], root, variables);
}
