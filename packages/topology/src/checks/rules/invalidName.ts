import { isReservedName, nameProblem } from "../../text/nameProblem.ts";
import type { CheckRule } from "../rule.ts";

export const invalidName: CheckRule = {
    id: "invalidName",
    severity: "error",
    reason: "The broker refuses a name that is empty or too long, and keeps names that begin with amq. for itself.",
    fix: "Choose another name: letters, digits, dots, hyphens and underscores.",
    invariants: ["distinctNames"],
    source: "https://www.rabbitmq.com/docs/queues#names",
    check: ({ objects, foreign }) =>
        objects.flatMap(({ kind, name }) => {
            const message = nameProblem(name);
            return message === undefined
                ? []
                : [
                      {
                          // A broker that exports such a name made it itself: the queue of a client that asked for any name.
                          ...(foreign && isReservedName(name) && { severity: "note" as const }),
                          place: `${kind} "${name}"`,
                          message,
                          fix: "choose another name: letters, digits, dots, hyphens and underscores",
                      },
                  ];
        }),
};
