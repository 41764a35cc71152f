import type { CheckRule } from "../rule.ts";

export const defaultUser: CheckRule = {
    id: "defaultUser",
    severity: "warning",
    reason: "The default user guest exists. Its default password is public.",
    fix: "Delete it, and give each service a user of its own.",
    invariants: ["safeCredentials"],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: ({ topology, isExport }) =>
        topology.users
            .filter(({ name }) => name === "guest")
            .map(({ name }) => ({
                // Every new broker has this user, which can connect only from localhost.
                ...(isExport && { severity: "note" as const }),
                place: `user "${name}"`,
                message: "is the default user, whose default password is public",
                fix: "delete it, and give each service a user of its own",
            })),
};
