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
    /** Where it listens. */
    readonly socket: string;
    /** Further arguments of dockerd. */
    readonly arguments: readonly string[];
    readonly logFile: string;
    /** Holds the process's number, for whoever wants to stop what was started here. */
    readonly pidFile: string;
}

export const defaultDaemon: Daemon = {
    socket: "/var/run/docker.sock",
    arguments: [],
    logFile: path.join(localFolder, "dockerd.log"),
    pidFile: path.join(localFolder, "dockerd.pid"),
};

/** Where a program keeps the number of its process, and how the kernel calls the program. */
export interface PidFile {
    readonly file: string;
    readonly program: string;
}

/** Those of dockerd and of the containerd that it starts. */
const pidFiles: readonly PidFile[] = [
    { file: "/var/run/docker.pid", program: "dockerd" },
    { file: "/var/run/docker/containerd/containerd.pid", program: "containerd" },
];

/** How images and containers are stored: fast, and where the file system cannot do that, slow but always possible. */
const storageDrivers = ["overlay2", "vfs"] as const;

const startWithinMilliseconds = 60_000;
const pollMilliseconds = 200;

/**
 * Installs Docker Engine from Debian's packages where it is missing, and starts it. It outlives this process.
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

/** Where systemd runs the machine, a daemon of our own would fight with the service. */
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
        // The package's own start script may have been faster.
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
 * Removes the record of a process that is gone. After a kill another program's process or thread may have the number, and dockerd would believe that
 * it runs already: it says "pid file found", or waits in vain for its containerd.
 */
export function removeStale({ file, program }: PidFile): void {
    if (existsSync(file) && nameOf(readFileSync(file, "utf8").trim()) !== program) {
        rmSync(file);
    }
}

/** How the kernel calls a process; `undefined` where there is none of the number. */
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
        // A process group of its own: the interrupt key of this terminal is not meant for it.
        { detached: true, stdio: ["ignore", log, log] },
    );
    closeSync(log);
    dockerd.unref();
    // Told by the process's end as well; without a listener it would be an exception.
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

/** A log without what is told of every start. */
export function complaints(log: string): string {
    return log
        .split("\n")
        .filter((line) => !/ level=(debug|info) /.test(line))
        .join("\n");
}
