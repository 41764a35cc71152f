import { isReservedName, nameProblem } from "../../text/nameProblem.ts";
import type { CheckRule } from "../rule.ts";

export const invalidName: CheckRule = {
    id: "invalidName",
    severity: "error",
    reason: "The broker refuses a name that is empty or longer than 255 bytes, and reserves names that begin with amq.",
    fix: "Choose another name: letters, digits, dots, hyphens and underscores.",
    invariants: ["distinctNames"],
    source: "https://www.rabbitmq.com/docs/queues#names",
    check: ({ objects, isExport }) =>
        objects.flatMap(({ kind, name }) => {
            const message = nameProblem(name);
            return message === undefined
                ? []
                : [
                      {
                          // A broker that exports such a name generated it for a client that declared a queue without a name.
                          ...(isExport && isReservedName(name) && { severity: "note" as const }),
                          place: `${kind} "${name}"`,
                          message,
                          fix: "choose another name: letters, digits, dots, hyphens and underscores",
                      },
                  ];
        }),
};
