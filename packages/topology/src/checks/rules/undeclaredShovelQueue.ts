import { linksOf } from "../../links/links.ts";
import { suggestName } from "../../text/names.ts";
import { shovelPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const undeclaredShovelQueue: CheckRule = {
    id: "undeclaredShovelQueue",
    severity: "warning",
    reason: "A shovel reads from or publishes to a queue that is not declared. It declares the queue itself, so a misspelt name makes a second queue, which is empty or which no consumer reads.",
    fix: "Correct the name, or declare the queue.",
    invariants: ["existingReferences"],
    source: "https://www.rabbitmq.com/docs/shovel-dynamic",
    check: ({ topology, queueNamed, queuesOf }) => {
        const vhosts = new Map(topology.vhosts.map((each) => [each.name, each]));
        return linksOf(topology).shovels.flatMap((shovel) =>
            (["source", "destination"] as const).flatMap((side) => {
                const { vhost = "", object, isPredeclared, queueType } = shovel[side];
                const host = vhosts.get(vhost);
                if (
                    host === undefined ||
                    object?.kind !== "queue" ||
                    isPredeclared ||
                    queueNamed(vhost, object.name) !== undefined
                ) {
                    return [];
                }
                const type = queueType ?? host.defaultQueueType ?? "classic";
                const names = queuesOf(vhost).map(({ name }) => name);
                return [
                    {
                        place: shovelPlace(shovel),
                        message: `${side} queue "${object.name}" is not declared in vhost "${vhost}": the shovel declares it, with type ${type}`,
                        fix: suggestName(
                            object.name,
                            names,
                            `declare the queue, or set "${side === "source" ? "src" : "dest"}-predeclared"`,
                        ),
                    },
                ];
            }),
        );
    },
};
