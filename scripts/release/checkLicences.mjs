// npm run licences [-- SBOM ...]: compares the licence of every package in the lock files, and of every component in these CycloneDX
// documents of Python packages, with licences.json.
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { root } from "../workspaces.mjs";
import { reportUserErrors } from "./failure.mjs";
import { documentedPackages, licenceProblems, lockedPackages } from "./licences.mjs";

const rules = "scripts/release/licences.json";
const locks = [
    "package-lock.json",
    "scripts/node/package-lock.json",
    "scripts/release/tools/package-lock.json",
];

await reportUserErrors(() => {
    const packages = [
        ...locks.flatMap((file) => lockedPackages(read(path.join(root, file)))),
        ...process.argv.slice(2).flatMap((file) => documentedPackages(read(file))),
    ];
    const problems = licenceProblems(packages, read(path.join(root, rules)), rules);
    for (const problem of problems) {
        console.error(problem);
    }
    process.exitCode = problems.length > 0 ? 1 : 0;
}, 2);

/**
 * @param {string} file
 * @throws UserError where it cannot be read or parsed
 */
function read(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new UserError(`${file}: cannot be read (${error.message}); name a CycloneDX document in JSON`);
    }
}
