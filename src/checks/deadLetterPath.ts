import { deadLetterHop } from "../broker/deadLetters.js";
import { router } from "../broker/routing.js";
import type { Queue, Topology } from "../model/index.js";
import type { Finding } from "./finding.js";
import { placeOf } from "./place.js";

/** A work queue whose rejected, expired or exhausted messages do not end in a queue that keeps them: they are dropped, or go in circles. */
export function deadLetterPath(topology: Topology): readonly Finding[] {
    const route = router(topology);
    const byName = new Map(topology.queues.map((each) => [`${each.vhost} ${each.name}`, each]));

    /** What is wrong with the way that begins at the last queue of `path`; `undefined` where it ends well. */
    const problemFrom = (path: readonly Queue[]): Pick<Finding, "message" | "fix"> | undefined => {
        const here = path.at(-1);
        const hop = here === undefined ? undefined : deadLetterHop(topology, here, route);
        if (here === undefined || hop === undefined) {
            return path.length > 1
                ? undefined
                : {
                      message: "has no dead-letter exchange, so rejected and expired messages are dropped",
                      fix: 'set "dead-letter-exchange" in the policy of the queue',
                  };
        }
        if (hop.queues.length === 0) {
            const tried = hop.routingKeys.map((key) => `"${key}"`).join(", ") || "no key";
            return {
                message: `dead letters of "${here.name}" reach no queue through exchange "${hop.exchange}" with ${tried}`,
                fix: `bind a dead-letter queue to "${hop.exchange}" with that key`,
            };
        }
        for (const name of hop.queues) {
            const next = byName.get(`${here.vhost} ${name}`);
            if (next === undefined) {
                continue;
            }
            if (path.includes(next)) {
                return {
                    message: `dead letters go in a circle: ${[...path, next].map((each) => each.name).join(" -> ")}`,
                    fix: "let the last queue of the path have no dead-letter exchange",
                };
            }
            const problem = problemFrom([...path, next]);
            if (problem !== undefined) {
                return problem;
            }
        }
        return undefined;
    };

    return topology.queues
        .filter(({ purpose }) => purpose === "work")
        .flatMap((queue) => {
            const problem = problemFrom([queue]);
            return problem === undefined
                ? []
                : [
                      {
                          rule: "deadLetterPath",
                          severity: "error" as const,
                          place: placeOf(queue.vhost, "queue", queue.name),
                          ...problem,
                      },
                  ];
        });
}
