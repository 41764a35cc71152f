import { placeOf } from "../../text/place.ts";
import { isEveryName } from "../facts/everyName.ts";
import type { CheckRule } from "../rule.ts";

export const broadPermission: CheckRule = {
    id: "broadPermission",
    severity: "warning",
    reason: "A user with configure permission for everything can delete every queue of the virtual host, by mistake or on purpose.",
    fix: "Narrow the patterns to the names that the user needs. A user that declares nothing needs no configure permission: ^$.",
    invariants: ["safeCredentials"],
    source: "https://www.rabbitmq.com/docs/access-control#authorisation",
    check: ({ topology, isExport }) => {
        // An administrator can give itself any permission, so its patterns do not limit it.
        const administrators = new Set(
            topology.users.filter(({ tags }) => tags.includes("administrator")).map(({ name }) => name),
        );
        return topology.permissions
            .filter(({ user }) => !administrators.has(user))
            .flatMap((permission) => {
                const open = (["configure", "write", "read"] as const).filter((field) =>
                    isEveryName(permission[field]),
                );
                return open.length === 0
                    ? []
                    : [
                          {
                              ...(isExport && { severity: "note" as const }),
                              place: placeOf(permission.vhost, "permission", permission.user),
                              message: `has ${open.join(" and ")} permission for everything`,
                              fix: "narrow the pattern to the names that the user needs",
                          },
                      ];
            });
    },
};
