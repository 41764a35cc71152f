import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { LocalContext, Registration } from "../handler.ts";

const pollMs = 500;
/** How often a starting container is checked. The engine first waits for the interval of the later checks, which is long if they are expensive. */
const startIntervalMs = 3_000;
const logLines = 15;
const longestLine = 300;

/**
 * Waits until a container's health check passes. Like the real provider it keeps waiting while the check fails, because a slow start
 * recovers. It stops early only when the container exited and does not restart.
 * @throws an error with the container's last log lines
 */
export async function becomeHealthy(
    container: Docker.Container,
    seconds: number,
    { waiting }: Pick<Registration, "waiting">,
    { signal }: Pick<LocalContext, "signal">,
): Promise<void> {
    const end = Date.now() + seconds * 1000;
    let checked = Date.now();
    let lastNotice: string | undefined;
    for (;;) {
        const { State: state, Config: config } = await container.inspect();
        const health = state.Health?.Status;
        if (health === "healthy") {
            return;
        }
        if (health === undefined || health === "none") {
            throw new Error(
                '"wait" is set, but there is no health check; add "healthcheck" or leave "wait" out',
            );
        }
        if (state.Status === "exited" || state.Status === "dead") {
            throw new Error(
                await withLogs(container, `ended with exit code ${state.ExitCode} before it was healthy`),
            );
        }
        if (Date.now() > end) {
            const probe = state.Health?.Log.at(-1)?.Output.trim().split("\n").at(-1) ?? "";
            const probeOutput = probe === "" ? "" : `; its health check says: ${probe.slice(0, longestLine)}`;
            throw new Error(await withLogs(container, `was not healthy within ${seconds} s${probeOutput}`));
        }
        const now = state.Status === "restarting" ? "restarting" : health;
        if (lastNotice !== now) {
            waiting(`until healthy (${now})`);
            lastNotice = now;
        }
        if (now === "starting" && Date.now() - checked >= startIntervalMs) {
            if (await passes(container, config.Healthcheck?.Test ?? [], end, signal)) {
                return;
            }
            checked = Date.now();
        }
        await sleep(pollMs, undefined, { signal });
    }
}

/** Runs a container's health check, as the engine does. */
async function passes(
    container: Docker.Container,
    [form, ...check]: readonly string[],
    end: number,
    signal: AbortSignal,
): Promise<boolean> {
    const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...check] : check;
    try {
        const exec = await container.exec({ Cmd: command });
        // Without this, the unread answer keeps its connection open, and with it this process.
        (await exec.start({ Detach: true })).resume();
        for (;;) {
            const { Running: isRunning, ExitCode: exitCode } = await exec.inspect();
            if (!isRunning || Date.now() > end) {
                return exitCode === 0;
            }
            await sleep(pollMs, undefined, { signal });
        }
    } catch {
        // The container ended or is restarting.
        signal.throwIfAborted();
        return false;
    }
}

/**
 * Waits until a container ends, such as one that prepares a database.
 * @returns 0
 * @throws an error with the container's last log lines, if its exit code is another; the real provider leaves that to the program
 */
export async function ended(
    container: Docker.Container,
    { waiting }: Pick<Registration, "waiting">,
    { signal }: Pick<LocalContext, "signal">,
): Promise<number> {
    waiting("until it ends");
    for (;;) {
        const { State: state } = await container.inspect();
        if (state.Status === "exited" || state.Status === "dead") {
            if (state.ExitCode !== 0) {
                throw new Error(await withLogs(container, `ended with exit code ${state.ExitCode}`));
            }
            return 0;
        }
        await sleep(pollMs, undefined, { signal });
    }
}

async function withLogs(container: Docker.Container, problem: string): Promise<string> {
    const lines = await lastLogLines(container);
    const logs =
        lines.length === 0
            ? "its log is empty"
            : `its log ends with:\n${lines.map((line) => `    ${line}`).join("\n")}`;
    return `${problem}; ${logs}`;
}

async function lastLogLines(container: Docker.Container): Promise<string[]> {
    const { Config: config } = await container.inspect();
    const log = await container.logs({ stdout: true, stderr: true, tail: logLines, follow: false });
    const text = config.Tty ? log.toString() : withoutFrames(log);
    const lines = text.split("\n").map((line) => line.trimEnd().slice(0, longestLine));
    return lines.filter((line) => line !== "").slice(-logLines);
}

/** Without a terminal, Docker puts 8 bytes before each piece: the stream in the first byte, the length in the last four. */
function withoutFrames(log: Buffer): string {
    const pieces: Buffer[] = [];
    for (let at = 0; at + 8 <= log.length; ) {
        const end = at + 8 + log.readUInt32BE(at + 4);
        pieces.push(log.subarray(at + 8, end));
        at = end;
    }
    return Buffer.concat(pieces).toString();
}
