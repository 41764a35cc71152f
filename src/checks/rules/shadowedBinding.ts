import { matchesTopic } from "../../broker/routing.js";
import { grouped } from "../grouped.js";
import { bindingPlace } from "../place.js";
import type { Rule } from "../rule.js";

export const shadowedBinding: Rule = {
    id: "shadowedBinding",
    severity: "note",
    reason: "Another binding to the same destination takes every message that this one takes: removing it changes nothing, and neither does keeping it.",
    fix: "Remove the narrower binding.",
    invariants: [36],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed }) => {
        const ofTopics = topology.bindings.filter(
            ({ vhost, source }) => exchangeNamed(vhost, source)?.type === "topic",
        );
        const siblings = grouped(ofTopics, ({ vhost, source, destinationType, destination }) =>
            JSON.stringify([vhost, source, destinationType, destination]),
        );
        return ofTopics.flatMap((each) => {
            const { vhost, source, destinationType, destination, routingKey } = each;
            const wider = siblings(JSON.stringify([vhost, source, destinationType, destination])).find(
                (other) =>
                    other.routingKey !== routingKey &&
                    /[*#]/.test(other.routingKey) &&
                    covers(other.routingKey, routingKey),
            );
            return wider === undefined
                ? []
                : [
                      {
                          place: bindingPlace(each),
                          message: `takes nothing that "${wider.routingKey}" does not take already`,
                          fix: "remove it",
                      },
                  ];
        });
    },
};

/** Whether every key of the narrower pattern is one of the wider: a `*` is read as some word, a `#` only ever covers a `#`. */
function covers(wider: string, narrower: string): boolean {
    return narrower.includes("#")
        ? wider === "#" || (wider.endsWith(".#") && narrower.startsWith(wider.slice(0, -1)))
        : matchesTopic(wider, narrower.replaceAll("*", "\u0000"));
}
