import type { Rule } from "../rule.js";

export const unusedUser: Rule = {
    id: "unusedUser",
    severity: "warning",
    reason: "A user belongs to no service, so nobody knows who holds its password, or several share it.",
    fix: "Declare the service, or remove the user.",
    invariants: [24],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: ({ topology, foreign }) => {
        const services = new Set(topology.services.map(({ name }) => name));
        return foreign
            ? []
            : topology.users
                  .filter(({ name }) => !services.has(name))
                  .map(({ name }) => ({
                      place: `user "${name}"`,
                      message: "belongs to no service",
                      fix: "declare the service, or remove the user",
                  }));
    },
};
