import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Report } from "@spot-messaging/local/images";
import { lastOutputLines, withLock } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { cacheFolder } from "./cacheFolder.ts";
import { ensureGo } from "./goCommand.ts";

/** The Go module whose go.mod and go.sum pin kube-apiserver and everything in it. */
const module = fileURLToPath(new URL("../apiserver", import.meta.url));

const progressMilliseconds = 20_000;

/** The path of kube-apiserver, built once for every content of go.mod and go.sum. */
export async function buildApiServer(report: Report): Promise<string> {
    const texts = ["go.mod", "go.sum"].map((name) => readFileSync(path.join(module, name), "utf8"));
    const version = /k8s\.io\/kubernetes (v[\d.]+)/.exec(texts[0] ?? "")?.[1] ?? "";
    const digest = createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 12);
    const program = path.join(cacheFolder, `kube-apiserver-${version}-${digest}`);
    await withLock("kube-apiserver", report, async () => {
        if (existsSync(program)) {
            return;
        }
        const go = await ensureGo(report);
        report(`Building kube-apiserver ${version} into ${cacheFolder}: once, some minutes`);
        mkdirSync(cacheFolder, { recursive: true });
        // Under another name until it is complete.
        const unfinished = `${program}.${process.pid}`;
        await compile(go, version, unfinished, report);
        renameSync(unfinished, program);
    });
    return program;
}

async function compile(go: string, version: string, output: string, report: Report): Promise<void> {
    const [major, minor] = version.slice(1).split(".");
    const about = "k8s.io/component-base/version";
    const facts = [`gitVersion=${version}`, `gitMajor=${major ?? ""}`, `gitMinor=${minor ?? ""}`];
    const child = spawn(
        go,
        [
            ...["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"],
            `-ldflags=-s -w ${facts.map((fact) => `-X ${about}.${fact}`).join(" ")}`,
            ...["-o", output, "k8s.io/kubernetes/cmd/kube-apiserver"],
        ],
        { cwd: module, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, CGO_ENABLED: "0" } },
    );
    // With -v, Go names each package that it compiles.
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    const progress = setInterval(() => {
        report(`kube-apiserver: ${lines.length} packages compiled or downloaded`);
    }, progressMilliseconds);
    const code = await new Promise((resolve) => {
        child.once("error", resolve);
        child.once("close", resolve);
    });
    clearInterval(progress);
    if (code !== 0) {
        throw new UserError(
            `command "go build kube-apiserver": failed${lastOutputLines(lines.join("\n"))}; build it by hand in ${module}, or set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd`,
        );
    }
}
