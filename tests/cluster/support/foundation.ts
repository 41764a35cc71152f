import type { Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import type { KubernetesObject } from "../../kube/support/object.ts";
import type { ClusterPrograms } from "./cluster.ts";
import { nameServerAddress } from "./configuration.ts";
import { coreDnsObjects } from "./coreDns.ts";
import { ensureProgramImage } from "./images.ts";
import { type OperatorName, operatorImages, operatorObjects } from "./operators.ts";
import { buildClusterPrograms, ensureKubeRouter, ensureKubernetesPrograms } from "./programs.ts";

/** The programs of the machines, and what runs on the cluster before the stack. */
export interface Foundation {
    readonly programs: ClusterPrograms;
    readonly pauseImage: string;
    /** Images to load onto the nodes. */
    readonly images: readonly string[];
    /** Name server and operators, applied in this order, each ready before the next one. */
    readonly parts: readonly (readonly KubernetesObject[])[];
}

/** Builds everything, once. */
export async function ensureFoundation(
    docker: Docker,
    operators: readonly OperatorName[],
    report: Report,
): Promise<Foundation> {
    await buildClusterPrograms(report);
    const programs = await ensureKubernetesPrograms(report);
    const kubeRouter = await ensureKubeRouter(report);
    const pauseImage = await ensureProgramImage(docker, "pause", report);
    const nameServer = await ensureProgramImage(docker, "coredns", report);
    const images = [pauseImage, nameServer];
    const parts = [coreDnsObjects(nameServer, nameServerAddress)];
    for (const operator of operators) {
        images.push(...(await operatorImages(docker, operator, report)));
        parts.push(await operatorObjects(docker, operator, report));
    }
    return { programs: { ...programs, kubeRouter }, pauseImage, images, parts };
}
