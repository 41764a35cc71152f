import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import {
    canInstallPackages,
    hasProgram,
    installPackages,
    readHost,
} from "../../packages/local/src/images/host.ts";
import type { Report } from "../../packages/local/src/images/report.ts";
import { UserError } from "../../packages/topology/src/model/userError.ts";

const run = promisify(execFile);

/** From here on, Go gets the version that a module asks for by itself. */
const leastMinor = 21;

const wayOut = "install Go 1.24 or later (https://go.dev/dl/)";

/**
 * The program `go`, installed on Debian where its package is new enough.
 * @throws UserError `program "go": is not on PATH; install Go 1.24 or later (https://go.dev/dl/)`
 */
export async function ensureGo(report: Report): Promise<string> {
    const found = hasProgram("go") ? "go" : ["/usr/local/go/bin/go"].find((file) => existsSync(file));
    if (found !== undefined) {
        return await recentEnough(found);
    }
    if (!canInstallPackages(readHost())) {
        throw new UserError(`program "go": is not on PATH; ${wayOut}`);
    }
    await installPackages(["golang-go"], report);
    return await recentEnough("go");
}

async function recentEnough(go: string): Promise<string> {
    const { stdout } = await run(go, ["version"]);
    const minor = /go1\.(\d+)/.exec(stdout)?.[1];
    if (minor === undefined || Number(minor) < leastMinor) {
        throw new UserError(`program "${go}": is too old (${stdout.trim()}); ${wayOut}`);
    }
    return go;
}

/**
 * The folder with the content of a Go module, which Go checks against the public checksum database.
 * @param module such as `example.com/module@v1.2.3`
 */
export async function downloadModule(go: string, module: string): Promise<string> {
    try {
        // Outside any module, so that no go.mod has a say in it.
        const { stdout } = await run(go, ["mod", "download", "-json", module], { cwd: "/" });
        return (JSON.parse(stdout) as { Dir: string }).Dir; // the documented shape
    } catch (error) {
        throw new UserError(
            `Go module "${module}": cannot be downloaded: ${reasonOf(error)}; check that this machine reaches the Go module proxy`,
        );
    }
}

/** Go tells the reason as data, too, where it came so far. */
function reasonOf(error: unknown): string {
    const stdout = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    const reason = /"Error": (".*")/.exec(stdout)?.[1];
    return reason === undefined ? String(error) : String(JSON.parse(reason));
}
