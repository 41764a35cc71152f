import { type Cause, mergeCauses } from "./cause.ts";
import type { NamespaceObjects } from "./namespaceObjects.ts";
import { claimCauses, ingressCauses, jobCauses, refusalCauses, resourceCauses } from "./otherCauses.ts";
import { podCauses } from "./podCauses.ts";

/**
 * Why objects of a namespace do not become ready: one cause for all objects that have it. What operators report of their objects is often a
 * consequence of a pod that does not start, so it comes last.
 * @param now in milliseconds since 1970
 */
export function diagnose(objects: NamespaceObjects, now: number): readonly Cause[] {
    const jobs = jobCauses(objects);
    const failedJobs = jobs.flatMap(({ names }) => names);
    // A failed Job's cause has its pods' message.
    const pods = objects.pods.filter(
        ({ metadata }) => !failedJobs.some((name) => metadata.name.startsWith(`${name}-`)),
    );
    const claims = claimCauses(objects);
    return mergeCauses([
        ...refusalCauses(objects),
        ...claims,
        ...podCauses({ pods, events: objects.events }, now).filter(
            // The claim's own cause is why.
            ({ problem }) => claims.length === 0 || !/unbound immediate PersistentVolumeClaims/.test(problem),
        ),
        ...jobs,
        ...resourceCauses(objects),
        ...ingressCauses(objects),
    ]);
}
