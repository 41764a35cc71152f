import { linksOf } from "../../links/links.ts";
import type { Shovel } from "../../links/shovel.ts";
import { quotedFirst } from "../../text/names.ts";
import { shovelPlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import { cyclesOf } from "../facts/cycles.ts";
import type { CheckRule } from "../rule.ts";

export const shovelCycle: CheckRule = {
    id: "shovelCycle",
    severity: "error",
    reason: "Shovels move messages in a circle, as fast as the broker can: about 18,000 times a second for one message (measured on RabbitMQ 4.3.6 and 4.0.5).",
    fix: "Correct the source or the destination of a shovel.",
    invariants: ["noExchangeCycle"],
    source: "https://www.rabbitmq.com/docs/shovel",
    check: (view) => {
        const { shovels } = linksOf(view.topology);
        const next = (shovel: Shovel): readonly Shovel[] => shovelsAfter(shovel, view);
        return cyclesOf(shovels, next).flatMap((cycle) => {
            const [first, ...others] = shovels.filter((each) => cycle.has(each));
            return first === undefined
                ? []
                : [
                      {
                          place: shovelPlace(first),
                          message:
                              others.length === 0
                                  ? "moves messages to its own source, in an endless circle"
                                  : `moves messages in an endless circle with other shovels: ${quotedFirst(others.map(({ name }) => name))}`,
                          fix: "correct the source or the destination of a shovel",
                      },
                  ];
        });
    },
};

/** The shovels that take what a shovel publishes. Only messages whose routing key is known count. */
function shovelsAfter(
    { source, destination }: Shovel,
    { topology, routing }: TopologyView,
): readonly Shovel[] {
    const { vhost, object } = destination;
    if (vhost === undefined || object === undefined) {
        return [];
    }
    const { fromQueue } = linksOf(topology);
    if (object.kind === "queue") {
        return fromQueue(vhost, object.name);
    }
    const routingKey = destination.key ?? literalKey(source.key);
    if (routingKey === undefined) {
        return [];
    }
    const { queues, leaving } = routing({ vhost, exchange: object.name, routingKey });
    return [...leaving.map(({ shovel }) => shovel), ...queues.flatMap((name) => fromQueue(vhost, name))];
}

function literalKey(key: string | undefined): string | undefined {
    return key !== undefined && !/[*#]/.test(key) ? key : undefined;
}
