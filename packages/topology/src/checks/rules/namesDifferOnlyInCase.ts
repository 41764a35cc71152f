import { quotedFirst } from "../../text/names.ts";
import type { CheckRule } from "../rule.ts";

export const namesDifferOnlyInCase: CheckRule = {
    id: "namesDifferOnlyInCase",
    severity: "warning",
    reason: "Two names differ only in upper and lower case. The broker treats them as two objects, people confuse them, and messages wait in a queue without a consumer.",
    fix: "Rename one of them.",
    invariants: ["distinctNames"],
    source: "https://www.rabbitmq.com/docs/queues#names",
    check: ({ similarNames }) =>
        similarNames.flatMap((group) => {
            const [first = "", ...others] = new Set(group.map(({ name }) => name));
            return others.length === 0
                ? []
                : [
                      {
                          place: `${group[0]?.kind ?? ""} "${first}"`,
                          message: `differs from ${quotedFirst(others)} only in upper and lower case`,
                          fix: "rename one of them",
                      },
                  ];
        }),
};
