import { expect } from "vitest";
import { ensureServicesImage } from "../../../src/images/servicesImage.ts";
import { experiment } from "../support/experiment.ts";
import { hostileMails } from "../support/hostileMails.ts";
import { kubectl } from "../support/kubectl.ts";
import { type Pod, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { expectNothingLost } from "./rollouts.ts";

const perFamily = 6;

/** Of the second and the first version of control groups. */
const killFiles = "/sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control";
const peakFiles = "/sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes";

async function servicePods({ cluster }: Site): Promise<readonly Pod[]> {
    return (await podsIn(cluster, prodNamespace)).filter(
        ({ metadata, status }) =>
            metadata.labels["app.kubernetes.io/component"] === "service" && status.phase === "Running",
    );
}

/** The first of the files that exists, in a pod. */
async function readIn({ cluster }: Site, pod: string, files: string): Promise<string> {
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, pod, "--"],
        ...["sh", "-c", `cat ${files} 2>/dev/null; exit 0`],
    ]);
}

/** By pod: how often its containers were started, and how many of its processes the kernel killed for their memory. */
async function ends(site: Site): Promise<Readonly<Record<string, string>>> {
    const pods = await servicePods(site);
    const facts = await Promise.all(
        pods.map(async ({ metadata: { name }, status }) => {
            const restarts = status.containerStatuses.map(({ restartCount }) => restartCount);
            const kills = /^oom_kill (\d+)$/m.exec(await readIn(site, name, killFiles))?.[1] ?? "unknown";
            return [name, `${restarts.join()} restarts, ${kills} killed`] as const;
        }),
    );
    return Object.fromEntries(facts);
}

async function largestPeak(site: Site): Promise<number> {
    const peaks = await Promise.all(
        (await servicePods(site)).map(async ({ metadata }) =>
            Number.parseInt(await readIn(site, metadata.name, peakFiles), 10),
        ),
    );
    return Math.round(Math.max(...peaks) / 2 ** 20);
}

/** What hostile e-mails cost the services within their limits on a real cluster. */
export function hostileMailExperiments(site: () => Site): void {
    experiment(
        "Pods",
        "hostile e-mails end no container and no process of one, and honest e-mails get their results during that time",
        async (note) => {
            const { cluster, traffic } = site();
            const image = await ensureServicesImage(cluster.docker, () => undefined);
            const mails = await hostileMails(cluster, image, perFamily);
            const before = await ends(site());
            const honest = await traffic.during(1, async () => {
                const hostile = await traffic.submitAll(mails, 4);
                const megabytes = Math.round(mails.reduce((sum, { length }) => sum + length, 0) / 1e6);
                note(
                    `${hostile.sent} hostile e-mails (${megabytes} MB): ${hostile.accepted.length} confirmed, ${hostile.lost.length} lost`,
                );
                expect(hostile.lost).toEqual([]);
            });
            expectNothingLost(honest, note);
            expect(await ends(site())).toEqual(before);
            note(`largest memory of a pod with its page cache ${await largestPeak(site())} of 512 MiB`);
        },
    );
}
