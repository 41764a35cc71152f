import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@spot-messaging/topology";
import { lastOutputLines, runCommand } from "./command.ts";
import { hasProgram, installPackages } from "./host.ts";
import { localFolder } from "./localFolder.ts";
import { withLock } from "./lock.ts";
import type { Report } from "./report.ts";

export interface Daemon {
    /** The socket that it listens on. */
    readonly socket: string;
    /** Additional arguments of dockerd. */
    readonly arguments: readonly string[];
    readonly logFile: string;
    /** The file with the process id, so that the user can stop the daemon. */
    readonly pidFile: string;
}

export const defaultDaemon: Daemon = {
    socket: "/var/run/docker.sock",
    arguments: [],
    logFile: path.join(localFolder, "dockerd.log"),
    pidFile: path.join(localFolder, "dockerd.pid"),
};

/** A file with a process id, and the program's name in the kernel. */
export interface PidFile {
    readonly file: string;
    readonly program: string;
}

/** The files of dockerd and of the containerd that it starts. */
const pidFiles: readonly PidFile[] = [
    { file: "/var/run/docker.pid", program: "dockerd" },
    { file: "/var/run/docker/containerd/containerd.pid", program: "containerd" },
];

/** Storage drivers to try: the fast one first, then a slow one that every file system supports. */
const storageDrivers = ["overlay2", "vfs"] as const;

const startWithinMilliseconds = 60_000;
const pollMilliseconds = 200;

/**
 * Installs Docker Engine from Debian's packages if it is missing, and starts it. The daemon keeps running after this process.
 * @throws UserError `container engine "dockerd": does not start: <last lines of its log>; see <log file>`
 */
export async function startDaemon(
    daemon: Daemon,
    answers: () => Promise<boolean>,
    report: Report,
): Promise<void> {
    await withLock("the container engine", report, async () => {
        if (await answers()) {
            return;
        }
        if (!hasProgram("dockerd")) {
            report("No container engine on this machine");
            await installPackages(["docker.io", "iptables"], report);
        }
        if (hasServiceManager()) {
            await startService(report);
        } else {
            await startProcess(daemon, answers, report);
        }
        if (!(await answersInTime(answers))) {
            throw unusable(daemon);
        }
        report("The container engine runs");
    });
}

/** On a machine with systemd, start the service: a second daemon would conflict with it. */
function hasServiceManager(): boolean {
    return existsSync("/run/systemd/system");
}

async function startService(report: Report): Promise<void> {
    report("Starting the service docker");
    await runCommand({
        program: "systemctl",
        arguments: ["start", "docker"],
        wayOut: 'see "journalctl --unit docker"',
    });
}

async function startProcess(daemon: Daemon, answers: () => Promise<boolean>, report: Report): Promise<void> {
    pidFiles.forEach(removeStale);
    for (const storageDriver of storageDrivers) {
        // The package's start script may already have started it.
        if (await answers()) {
            return;
        }
        report(`Starting dockerd (storage driver ${storageDriver}, log ${daemon.logFile})`);
        const dockerd = detached(daemon, storageDriver);
        if (await answersInTime(answers, dockerd)) {
            return;
        }
        if (isRunning(dockerd) || !/graphdriver|storage[- ]driver/i.test(logOf(daemon))) {
            throw unusable(daemon);
        }
    }
}

/**
 * Removes the file of a process that no longer runs. Another program's process or thread may have the same id by now; dockerd would then
 * report "pid file found", or wait for a containerd that does not run.
 */
export function removeStale({ file, program }: PidFile): void {
    if (existsSync(file) && nameOf(readFileSync(file, "utf8").trim()) !== program) {
        rmSync(file);
    }
}

/** A process's name in the kernel; `undefined` if no process has this id. */
function nameOf(pid: string): string | undefined {
    const file = `/proc/${pid}/comm`;
    return /^\d+$/u.test(pid) && existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function detached(
    { socket, arguments: further, logFile, pidFile }: Daemon,
    storageDriver: string,
): ChildProcess {
    mkdirSync(path.dirname(logFile), { recursive: true });
    const log = openSync(logFile, "w");
    const dockerd = spawn(
        "dockerd",
        [`--host=unix://${socket}`, `--storage-driver=${storageDriver}`, ...further],
        // In its own process group, so that Ctrl-C in this terminal does not stop it.
        { detached: true, stdio: ["ignore", log, log] },
    );
    closeSync(log);
    dockerd.unref();
    // The exit code shows the failure as well; without this listener, the error would be an uncaught exception.
    dockerd.once("error", () => undefined);
    writeFileSync(pidFile, `${dockerd.pid ?? ""}\n`);
    return dockerd;
}

async function answersInTime(answers: () => Promise<boolean>, dockerd?: ChildProcess): Promise<boolean> {
    const deadline = Date.now() + startWithinMilliseconds;
    while (Date.now() < deadline) {
        if (await answers()) {
            return true;
        }
        if (dockerd !== undefined && !isRunning(dockerd)) {
            return false;
        }
        await sleep(pollMilliseconds);
    }
    return false;
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
    return pid !== undefined && exitCode === null && signalCode === null;
}

function unusable(daemon: Daemon): UserError {
    return new UserError(
        `container engine "dockerd": does not start${lastOutputLines(complaints(logOf(daemon)))}; see ${daemon.logFile}, or start Docker Engine by hand`,
    );
}

function logOf({ logFile }: Daemon): string {
    return existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
}

/** A log without the lines that every start prints. */
export function complaints(log: string): string {
    return log
        .split("\n")
        .filter((line) => !/ level=(debug|info) /.test(line))
        .join("\n");
}
