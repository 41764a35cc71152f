import { usersOf } from "../../model/index.ts";
import type { CheckRule } from "../rule.ts";

export const unusedUser: CheckRule = {
    id: "unusedUser",
    severity: "warning",
    reason: "A user belongs to no service: it is unclear who has its password, or several people share it.",
    fix: "Declare the service, or remove the user.",
    invariants: ["leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/production-checklist#users",
    check: ({ topology, isExport }) => {
        const known = new Set(topology.services.flatMap(usersOf));
        return isExport
            ? []
            : topology.users
                  .filter(({ name }) => !known.has(name))
                  .map(({ name }) => ({
                      place: `user "${name}"`,
                      message: "belongs to no service",
                      fix: "declare the service, or remove the user",
                  }));
    },
};
