import { z } from "zod";
import type { KubernetesReader } from "../server/kubernetesReader.ts";

const serverVersion = z.object({ major: z.string(), minor: z.string() });

/** @param least `1.30` */
export async function versionProblems(reader: KubernetesReader, least: string): Promise<readonly string[]> {
    const answer = await reader.get("/version");
    if (answer.kind !== "found") {
        return [];
    }
    const { major, minor } = serverVersion.parse(answer.value);
    // Some clouds write "30+".
    const own = [major, minor].map((each) => Number.parseInt(each, 10));
    return isBefore(own, least.split(".").map(Number))
        ? [`version "${own.join(".")}": is older than ${least}; upgrade Kubernetes`]
        : [];
}

function isBefore(
    [major = 0, minor = 0]: readonly number[],
    [least = 0, leastMinor = 0]: readonly number[],
): boolean {
    return major < least || (major === least && minor < leastMinor);
}
