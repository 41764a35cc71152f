import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import getPort from "get-port";
import { stringify } from "yaml";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { releaseTools } from "./tools.mjs";

/**
 * A package registry on this machine, which has only what is published to it.
 * @typedef {object} Registry
 * @property {string} url
 * @property {Record<string, string>} variables - with which npm may publish to it
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a registry.
 * @param {string} folder - an empty one, for its files
 * @returns {Promise<Registry>}
 */
export async function startRegistry(folder) {
    const port = await getPort();
    const host = `127.0.0.1:${port}`;
    const allUsers = { access: "$all", publish: "$all" };
    const settings = {
        storage: path.join(folder, "storage"),
        packages: { "**": allUsers },
        web: { enable: false },
        log: { type: "stderr", level: "fatal" },
    };
    const file = path.join(folder, "verdaccio.yaml");
    writeFileSync(file, stringify(settings));
    const userFile = path.join(folder, "npmrc");
    // npm requires a token; the registry accepts any.
    writeFileSync(userFile, `//${host}/:_authToken=none\n`);
    const program = path.join(releaseTools(), "verdaccio", "bin", "verdaccio");
    const server = spawn(process.execPath, [program, "--config", file, "--listen", host], {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = once(server, "close");
    const stop = async () => {
        server.kill();
        await ended;
    };
    const url = `http://${host}/`;
    for (let wait = 0; wait < 300 && server.exitCode === null; wait++) {
        if (await isUp(url)) {
            return { url, variables: { npm_config_userconfig: userFile }, stop };
        }
        await setTimeout(100);
    }
    await stop();
    throw new UserError(`registry "${url}": did not start within 30 seconds; see above`);
}

/** @param {string} url */
async function isUp(url) {
    try {
        return (await fetch(`${url}-/ping`)).ok;
    } catch {
        return false;
    }
}
