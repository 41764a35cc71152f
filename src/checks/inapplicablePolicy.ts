import { queueSettings } from "../broker/capabilities.js";
import { winningPolicies } from "../broker/effective.js";
import type { Topology } from "../model/index.js";
import type { Finding } from "./finding.js";
import { placeOf } from "./place.js";

/**
 * The winning policy of a queue has a key that the queue's type does not know. The broker then drops the whole policy for this queue,
 * the keys that would apply included.
 */
export function inapplicablePolicy(topology: Topology): readonly Finding[] {
    return topology.queues.flatMap((object) =>
        winningPolicies(topology.policies, { kind: "queue", object }).flatMap(({ name, definition }) => {
            const foreign = Object.keys(definition).filter(
                (key) => queueSettings[key]?.queueTypes.includes(object.type) !== true,
            );
            return foreign.length === 0
                ? []
                : [
                      {
                          rule: "inapplicablePolicy",
                          severity: "error" as const,
                          place: placeOf(object.vhost, "queue", object.name),
                          message: `policy "${name}" sets ${foreign.map((key) => `"${key}"`).join(", ")}, which a ${object.type} queue does not have, so the whole policy does not apply`,
                          fix: `remove the key, or let the policy apply to another type than ${object.type}`,
                      },
                  ];
        }),
    );
}
