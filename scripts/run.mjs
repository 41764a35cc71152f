// The first thing that npm start, stop, status, up, topology, snapshot and test run. It must work on Node.js 18 with nothing installed, so
// it imports only Node itself.
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.mjs";
import { execute } from "./execute.mjs";
import { supportedNode } from "./node.mjs";
import { arePackagesCurrent, installPackages } from "./packages.mjs";

const own = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(own));
const [command, ...rest] = process.argv.slice(2);

const node = supportedNode();
if (node === undefined) {
    fail();
} else if (node !== process.execPath) {
    process.exitCode = await execute(node, [own, ...process.argv.slice(2)], process.cwd());
} else if (ensurePackages()) {
    process.exitCode = await runCommand(command, rest);
} else {
    console.error(
        'command "npm ci": failed; see above, and check that this machine reaches the package registry',
    );
    fail();
}

/** Whether node_modules matches package-lock.json; installs the packages if it does not. */
function ensurePackages() {
    if (arePackagesCurrent(root)) {
        return true;
    }
    console.error("Installing the packages of package-lock.json");
    return installPackages(root);
}

/** Nothing can run; the message is printed. */
function fail() {
    if (command === "test") {
        console.log("0 passed, 1 failed");
    }
    process.exitCode = 1;
}
