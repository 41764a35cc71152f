import type { CheckRule } from "../rule.ts";

export const duplicateName: CheckRule = {
    id: "duplicateName",
    severity: "error",
    reason: "Two declarations have the same name: the broker refuses the second, or it silently overwrites the first.",
    fix: "Remove one, or choose another name.",
    invariants: ["distinctNames"],
    source: "https://www.rabbitmq.com/docs/queues#property-equivalence",
    check: ({ similarNames }) =>
        similarNames.flatMap((group) =>
            [...new Set(group.map(({ name }) => name))].flatMap((name) => {
                const [first, ...others] = group.filter((each) => each.name === name);
                return first === undefined || others.length === 0
                    ? []
                    : [
                          {
                              place: `${first.kind} "${name}"`,
                              message: `is declared ${others.length + 1} times`,
                              fix: "remove one, or choose another name",
                          },
                      ];
            }),
        ),
};
