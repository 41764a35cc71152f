import { groupLookup } from "../../lookup/groups.ts";
import type { CheckRule } from "../rule.ts";

export const administratorService: CheckRule = {
    id: "administratorService",
    severity: "error",
    reason: "A service's user is an administrator: an attacker who controls the service controls the whole cluster.",
    fix: "Remove the tag; give people users of their own.",
    invariants: ["safeCredentials"],
    source: "https://www.rabbitmq.com/docs/management#permissions",
    check: ({ topology }) => {
        const servicesOf = groupLookup(topology.services, (each) => each.name);
        return topology.users.flatMap(({ name, tags }) => {
            const services = servicesOf(name);
            const risky = tags.filter(
                (tag) =>
                    tag === "administrator" ||
                    (tag === "policymaker" && services.some(({ workload }) => workload !== undefined)),
            );
            return services.length === 0 || risky.length === 0
                ? []
                : risky.map((tag) => ({
                      ...(tag === "policymaker" && { severity: "warning" as const }),
                      place: `user "${name}"`,
                      message: `is the user of a service and has the tag "${tag}"`,
                      fix: "remove the tag",
                  }));
        });
    },
};
