import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastOutputLines } from "@spot-messaging/local/images";
import { freePort } from "../../support/ports.ts";
import { type ApiServer, connect } from "./apiClient.ts";
import type { Executables } from "./executables.ts";

export interface ControlPlane {
    readonly server: ApiServer;
    /** For files that only this run needs: it goes when the control plane stops. */
    readonly folder: string;
    readonly stop: () => Promise<void>;
}

const startWithinMilliseconds = 120_000;

/**
 * etcd and kube-apiserver on the loopback interface, with RBAC, Pod Security admission and an audit log. There are no controllers: an
 * object stays what it was when it was
 * stored, and nothing runs.
 */
export async function startControlPlane({ etcd, apiServer }: Executables): Promise<ControlPlane> {
    const folder = mkdtempSync(path.join(tmpdir(), "spot-kube-"));
    const children: ChildProcess[] = [];
    // Also where a test run ends without asking.
    const kill = (): void => {
        for (const child of children) {
            child.kill("SIGKILL");
        }
    };
    process.once("exit", kill);
    const stop = async (): Promise<void> => {
        process.off("exit", kill);
        // The store goes last, or the server complains for a while before it ends.
        for (const child of children.toReversed().filter(isRunning)) {
            const ended = once(child, "close");
            child.kill("SIGTERM");
            await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
        }
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        const [store, peers, port] = [await freePort(), await freePort(), await freePort()];
        children.push(start(folder, "etcd", etcd, etcdArguments(folder, store, peers)));
        const token = randomBytes(24).toString("hex");
        children.push(
            start(folder, "kube-apiserver", apiServer, apiServerArguments(folder, store, port, token)),
        );
        const server = {
            url: `https://127.0.0.1:${port}`,
            token,
            auditLog: path.join(folder, "audit.log"),
        };
        return { server: await ready(server, folder, children), folder, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}

function etcdArguments(folder: string, store: number, peers: number): readonly string[] {
    return [
        `--data-dir=${path.join(folder, "etcd")}`,
        `--listen-client-urls=${urlOf(store)}`,
        `--advertise-client-urls=${urlOf(store)}`,
        `--listen-peer-urls=${urlOf(peers)}`,
        `--initial-advertise-peer-urls=${urlOf(peers)}`,
        `--initial-cluster=default=${urlOf(peers)}`,
    ];
}

function urlOf(port: number): string {
    return `http://127.0.0.1:${port}`;
}

function apiServerArguments(folder: string, store: number, port: number, token: string): readonly string[] {
    const file = (name: string, content: string): string => {
        const target = path.join(folder, name);
        writeFileSync(target, content, { mode: 0o600 });
        return target;
    };
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const auditPolicy = {
        apiVersion: "audit.k8s.io/v1",
        kind: "Policy",
        omitStages: ["RequestReceived"],
        rules: [{ level: "Metadata" }],
    };
    return [
        `--etcd-servers=${urlOf(store)}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        `--secure-port=${port}`,
        // Where it puts the certificate that it makes for itself.
        `--cert-dir=${folder}`,
        `--token-auth-file=${file("tokens.csv", `${token},admin,admin,system:masters\n`)}`,
        "--authorization-mode=RBAC",
        "--enable-admission-plugins=PodSecurity",
        // Both would make objects wait, on their way out, for controllers that do not run.
        "--disable-admission-plugins=StorageObjectInUseProtection",
        "--enable-garbage-collector=false",
        // Else it would refuse a privileged pod before Pod Security admission sees it.
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${file("accounts.pub", publicKey)}`,
        `--service-account-signing-key-file=${file("accounts.key", privateKey)}`,
        "--service-cluster-ip-range=10.0.0.0/16",
        "--endpoint-reconciler-type=none",
        `--audit-policy-file=${file("audit.json", JSON.stringify(auditPolicy))}`,
        `--audit-log-path=${path.join(folder, "audit.log")}`,
    ];
}

function start(
    folder: string,
    name: string,
    program: string,
    programArguments: readonly string[],
): ChildProcess {
    const log = openSync(logFile(folder, name), "w");
    const child = spawn(program, programArguments, { stdio: ["ignore", log, log] });
    closeSync(log);
    // The exit code shows the failure as well; without this listener, the error would be an uncaught exception.
    child.once("error", () => undefined);
    return child;
}

/** Waits until the server says that it is ready, which it proves by its own certificate. */
async function ready(
    server: Omit<ApiServer, "certificate">,
    folder: string,
    children: readonly ChildProcess[],
): Promise<ApiServer> {
    const deadline = Date.now() + startWithinMilliseconds;
    while (Date.now() < deadline && children.every(isRunning)) {
        try {
            const certificate = readFileSync(path.join(folder, "apiserver.crt"), "utf8");
            await connect({ ...server, certificate }).get("/readyz");
            return { ...server, certificate };
        } catch {
            await sleep(200);
        }
    }
    const logs = ["etcd", "kube-apiserver"].map(
        (name) => `${name}${lastOutputLines(readFileSync(logFile(folder, name), "utf8"))}`,
    );
    throw new Error(`the API server does not become ready; ${logs.join("; ")}`);
}

function logFile(folder: string, name: string): string {
    return path.join(folder, `${name}.log`);
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
    return pid !== undefined && exitCode === null && signalCode === null;
}
