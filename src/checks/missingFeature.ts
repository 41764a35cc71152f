import { type Capability, queueSettings } from "../broker/capabilities.js";
import { isAtLeast, type Topology } from "../model/index.js";
import type { Finding } from "./finding.js";
import { placeOf } from "./place.js";

/** A setting that the declared broker version does not have yet, or no longer: refused, or silently without effect. */
export function missingFeature(topology: Topology): readonly Finding[] {
    const { brokerVersion } = topology;
    const settings = [
        ...topology.policies.flatMap(({ vhost, name, definition }) =>
            Object.keys(definition).map((key) => ({ place: placeOf(vhost, "policy", name), key })),
        ),
        ...topology.queues.flatMap((queue) =>
            Object.keys(queue.arguments).map((key) => ({
                place: placeOf(queue.vhost, "queue", queue.name),
                key: key.replace(/^x-/, ""),
            })),
        ),
    ];
    return settings.flatMap(({ place, key }) => {
        const capability = queueSettings[key];
        const problem = capability === undefined ? undefined : problemOf(capability, brokerVersion);
        return problem === undefined
            ? []
            : [
                  {
                      rule: "missingFeature",
                      severity: "error" as const,
                      place,
                      message: `"${key}" ${problem} RabbitMQ ${brokerVersion}`,
                      fix: `remove the setting, or change "brokerVersion"`,
                  },
              ];
    });
}

function problemOf({ since, until }: Capability, version: Topology["brokerVersion"]): string | undefined {
    if (!isAtLeast(version, since)) {
        return `needs RabbitMQ ${since} and is unknown to`;
    }
    return until !== undefined && isAtLeast(version, until) ? "is gone from" : undefined;
}
