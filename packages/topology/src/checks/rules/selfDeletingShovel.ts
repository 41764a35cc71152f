import { linksOf } from "../../links/links.ts";
import { shovelPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const selfDeletingShovel: CheckRule = {
    id: "selfDeletingShovel",
    severity: "note",
    reason: "A shovel with a number of messages to move deletes itself afterwards. Each import of its definitions starts it again.",
    fix: "Remove the shovel from the definitions, or let it run forever.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/shovel-dynamic#parameters",
    check: ({ topology }) =>
        linksOf(topology).shovels.flatMap((shovel) =>
            shovel.deleteAfter === undefined
                ? []
                : [
                      {
                          place: shovelPlace(shovel),
                          message: `deletes itself after ${typeof shovel.deleteAfter === "number" ? `${shovel.deleteAfter} messages` : "as many messages as its queue has at the start"}; each import starts it again`,
                          fix: 'remove it from the definitions, or set "src-delete-after" to "never"',
                      },
                  ],
        ),
};
