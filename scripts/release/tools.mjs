import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { installFolder, installProject } from "../ownProject.mjs";
import { root } from "../workspaces.mjs";

const tools = {
    manifests: path.join(root, "scripts", "release", "tools"),
    parent: path.join(root, "node_modules", ".cache", "release-tools"),
    // The optional ones are compiled here; they read XML, which nothing here does.
    options: ["--omit=optional", "--ignore-scripts"],
};

/**
 * Installs the tools of a release on first use.
 * @returns {string} the folder of their packages
 */
export function releaseTools() {
    const folder = installFolder(tools);
    if (!existsSync(folder)) {
        console.error("Installing the tools of scripts/release/tools/package.json (80 MB, once)");
        try {
            installProject(tools);
        } catch (error) {
            throw new UserError(
                `folder "scripts/release/tools": cannot be installed (${error.message}); check that this machine reaches the package registry`,
            );
        }
    }
    return path.join(folder, "node_modules");
}
