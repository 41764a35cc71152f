import type { CheckRule } from "../rule.ts";

export const defaultUser: CheckRule = {
    id: "defaultUser",
    severity: "warning",
    reason: "The user guest exists, whose password everybody knows.",
    fix: "Delete it, and give each service a user of its own.",
    invariants: ["safeCredentials"],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: ({ topology, foreign }) =>
        topology.users
            .filter(({ name }) => name === "guest")
            .map(({ name }) => ({
                // Every fresh broker has it, and lets it in from its own machine only.
                ...(foreign && { severity: "note" as const }),
                place: `user "${name}"`,
                message: "exists, and everybody knows its password",
                fix: "delete it, and give each service a user of its own",
            })),
};
