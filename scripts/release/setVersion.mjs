// npm run release:version -- VERSION: writes the version of the next release into every file that has it.
import process from "node:process";
import semver from "semver";
import { root } from "../workspaces.mjs";
import { writeVersion } from "./versions.mjs";

const [version, ...rest] = process.argv.slice(2);
if (version === undefined || rest.length > 0 || semver.valid(version) !== version) {
    const given = version === undefined ? "is missing" : "is not a version";
    console.error(`version "${version ?? ""}": ${given}; write one such as 1.1.0 or 1.1.0-rc.1`);
    process.exitCode = 2;
} else {
    writeVersion(root, version);
}
