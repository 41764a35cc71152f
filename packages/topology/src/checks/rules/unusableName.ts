import { byteLength } from "../../text/byteLength.ts";
import type { Rule } from "../rule.ts";

export const unusableName: Rule = {
    id: "unusableName",
    severity: "error",
    reason: "The broker refuses a name that is empty or too long, and keeps names that begin with amq. for itself.",
    fix: "Choose another name: letters, digits, dots, hyphens and underscores.",
    invariants: ["distinctNames"],
    source: "https://www.rabbitmq.com/docs/queues#names",
    check: ({ objects, foreign }) =>
        objects.flatMap(({ kind, name }) => {
            const message = problemOf(name);
            return message === undefined
                ? []
                : [
                      {
                          // A broker that exports such a name made it itself: the queue of a client that asked for any name.
                          ...(foreign && name.startsWith(reserved) && { severity: "note" as const }),
                          place: `${kind} "${name}"`,
                          message,
                          fix: "choose another name: letters, digits, dots, hyphens and underscores",
                      },
                  ];
        }),
};

const longestName = 255;
const reserved = "amq.";

function problemOf(name: string): string | undefined {
    if (name === "" || byteLength(name) > longestName) {
        return `has a name of ${byteLength(name)} bytes; 1 to ${longestName} are allowed`;
    }
    return name.startsWith(reserved) ? 'begins with "amq.", which the broker keeps for itself' : undefined;
}
