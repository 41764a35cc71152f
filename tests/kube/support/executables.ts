import { existsSync } from "node:fs";
import path from "node:path";
import type { Report } from "@spot-messaging/local/images";
import { installPackages } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { canInstallPackages, hasProgram, readHost } from "../../../packages/local/src/images/host.ts";
import { ensureApiServer, ensureBuiltKubectl } from "./kubernetesPrograms.ts";

/** The programs of a control plane: paths, or names that are on PATH. */
export interface Executables {
    readonly etcd: string;
    readonly apiServer: string;
}

/** Finds, installs or builds them. */
export async function ensureExecutables(report: Report): Promise<Executables> {
    return {
        etcd: find("etcd") ?? (await installEtcd(report)),
        apiServer: find("kube-apiserver") ?? (await ensureApiServer(report)),
    };
}

/** Finds or builds the client of a control plane: a path, or a name that is on PATH. */
export async function ensureKubectl(report: Report): Promise<string> {
    return find("kubectl") ?? (await ensureBuiltKubectl(report));
}

/** Where the tools of Kubernetes' controller developers put them, or on PATH. */
function find(name: string): string | undefined {
    const assets = process.env["KUBEBUILDER_ASSETS"];
    const file = path.join(assets ?? "", name);
    return assets !== undefined && existsSync(file) ? file : hasProgram(name) ? name : undefined;
}

async function installEtcd(report: Report): Promise<string> {
    if (!canInstallPackages(readHost())) {
        throw new UserError(
            'program "etcd": is not on PATH; install it, or set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd',
        );
    }
    await installPackages(["etcd-server"], report);
    return "etcd";
}
