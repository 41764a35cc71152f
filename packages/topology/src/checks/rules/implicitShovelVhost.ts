import { linksOf } from "../../links/links.ts";
import { endText } from "../../links/linkText.ts";
import { defaultLinkVhost } from "../../links/shovel.ts";
import { shovelPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const implicitShovelVhost: CheckRule = {
    id: "implicitShovelVhost",
    severity: "warning",
    reason: "A URI without a virtual host means the virtual host /, and not the one that the shovel is declared in. So the shovel reads or publishes in another virtual host than it seems to, and declares its queues there.",
    fix: "Name the virtual host in the URI, such as amqp:///shop or, for /, amqp:///%2F.",
    invariants: ["existingReferences"],
    source: "https://www.rabbitmq.com/docs/uri-spec",
    check: ({ topology }) =>
        linksOf(topology).shovels.flatMap((shovel) =>
            (["source", "destination"] as const).flatMap((side) => {
                const end = shovel[side];
                const { broker, vhost, protocol } = end;
                return protocol === "amqp10" ||
                    vhost === undefined ||
                    broker.vhost !== undefined ||
                    shovel.vhost === defaultLinkVhost
                    ? []
                    : [
                          {
                              place: shovelPlace(shovel),
                              message: `the URI of its ${side} names no virtual host, which means ${endText(end, side)}`,
                              fix: `write amqp:///${encodeURIComponent(shovel.vhost)} if vhost "${shovel.vhost}" is meant, else amqp:///%2F`,
                          },
                      ];
            }),
        ),
};
