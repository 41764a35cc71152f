import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { installPackages } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { canInstallPackages, hasProgram, readHost } from "../../../packages/local/src/images/host.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** For a headless browser in a container without a network. */
const options = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
];

/**
 * Chromium, which is installed on Debian as root.
 * @throws UserError when it is not there and cannot be installed
 */
export async function findChromium(): Promise<string> {
    const found = names.find(hasProgram);
    if (found !== undefined) {
        return found;
    }
    if (!canInstallPackages(readHost())) {
        throw new UserError('program "chromium": is not on PATH; install Chromium or Google Chrome');
    }
    await installPackages(["chromium"], (message) => {
        console.error(message);
    });
    return "chromium";
}

/** What a page sends back when its script is done, or has failed. */
interface PageResult {
    readonly value?: unknown;
    readonly error?: string;
}

/**
 * Runs a module in a page of Chromium.
 * @param script sends its result with the function `answer` of the page
 * @throws Error with what the script threw
 */
export async function runInChromium(chromium: string, script: string): Promise<unknown> {
    const profile = mkdtempSync(join(tmpdir(), "chromium-"));
    const server = serve(script);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // It listens on a port.
    const url = `http://127.0.0.1:${port}/`;
    const browser = spawn(chromium, [...options, `--user-data-dir=${profile}`, url], { stdio: "ignore" });
    const ended = once(browser, "exit");
    try {
        const { value, error } = await Promise.race([
            once(server, "result").then(([result]) => result as PageResult), // The page of below sent it.
            ended.then(([code]): PageResult => ({ error: `Chromium ended with exit code ${String(code)}` })),
        ]);
        if (error !== undefined) {
            throw new Error(error);
        }
        return value;
    } finally {
        browser.kill();
        await ended;
        server.close();
        server.closeAllConnections();
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
}

const page = `<!doctype html><meta charset="utf-8"><script>
const send = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
const answer = (value) => send({ value });
addEventListener("error", ({ message }) => send({ error: message }));
addEventListener("unhandledrejection", ({ reason }) => send({ error: String(reason?.stack ?? reason) }));
</script><script type="module" src="/script.js"></script>`;

/** Serves the page, and emits what it sends as event "result". */
function serve(script: string): Server {
    const server = createServer((request, response) => {
        if (request.method === "POST") {
            void text(request).then((body) => {
                response.end();
                server.emit("result", JSON.parse(body));
            });
        } else if (request.url === "/script.js") {
            response.setHeader("content-type", "text/javascript; charset=utf-8").end(script);
        } else {
            response.setHeader("content-type", "text/html; charset=utf-8").end(page);
        }
    });
    return server;
}
