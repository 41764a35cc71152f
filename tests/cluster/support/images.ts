import { arch } from "node:os";
import type { Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { ensureGoPrograms, type GoModule } from "../../support/goProgram.ts";
import { ensureStaticImage } from "../../support/staticImage.ts";
import {
    cloudNativePg,
    coreDns,
    keda,
    pause,
    prometheusOperator,
    rabbitmqClusterOperator,
} from "./modules.ts";

/** A program that runs in pods of a test cluster, as the file that its published image has, with the same user. */
interface PodProgram {
    readonly module: GoModule;
    readonly path: string;
    readonly links?: readonly string[];
    readonly user: number;
}

/** Distroless images have this user. */
const nonroot = 65_532;
/** The images of Prometheus have this one. */
const unprivileged = 65_534;

/** As Go calls the processor. */
const architecture = arch() === "x64" ? "amd64" : arch();

const podPrograms = {
    "cloudnative-pg": {
        module: cloudNativePg,
        // The manager looks for the programs of all architectures here, and copies the one that fits into the pods of PostgreSQL.
        path: `/operator/manager_${architecture}`,
        links: ["/manager"],
        user: nonroot,
    },
    coredns: { module: coreDns, path: "/coredns", user: nonroot },
    keda: { module: keda, path: "/keda", user: nonroot },
    "keda-adapter": { module: keda, path: "/keda-adapter", user: nonroot },
    "keda-admission-webhooks": { module: keda, path: "/keda-admission-webhooks", user: nonroot },
    pause: { module: pause, path: "/pause", user: 65_535 },
    "prometheus-config-reloader": {
        module: prometheusOperator,
        path: "/bin/prometheus-config-reloader",
        user: unprivileged,
    },
    "prometheus-operator": { module: prometheusOperator, path: "/bin/operator", user: unprivileged },
    "rabbitmq-cluster-operator": { module: rabbitmqClusterOperator, path: "/manager", user: 1000 },
} satisfies Readonly<Record<string, PodProgram>>;

/** The name of a program that runs in pods. */
export type ProgramName = keyof typeof podPrograms;

/**
 * Makes sure that the Docker Engine has the image of a program, built where it is missing.
 * @returns its name
 */
export async function ensureProgramImage(docker: Docker, name: ProgramName, report: Report): Promise<string> {
    const { module, path, links = [], user }: PodProgram = podPrograms[name];
    const files = await ensureGoPrograms(module, report);
    return await ensureStaticImage(
        docker,
        {
            repository: `spot-messaging/${name}`,
            program: files[name] ?? "",
            path,
            links,
            instructions: [`USER ${user}:${user}`, `ENTRYPOINT ["${links[0] ?? path}"]`],
        },
        report,
    );
}
