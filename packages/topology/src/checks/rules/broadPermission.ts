import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const broadPermission: CheckRule = {
    id: "broadPermission",
    severity: "warning",
    reason: "A user that may configure everything can delete every queue of the virtual host, by mistake or by intent.",
    fix: "Narrow the patterns to the names that the user needs; ^$ for configure, where objects are declared elsewhere.",
    invariants: ["safeCredentials"],
    source: "https://www.rabbitmq.com/docs/access-control#authorisation",
    check: ({ topology, foreign }) => {
        // An administrator can give itself any permission, so its patterns say nothing.
        const administrators = new Set(
            topology.users.filter(({ tags }) => tags.includes("administrator")).map(({ name }) => name),
        );
        return topology.permissions
            .filter(({ user }) => !administrators.has(user))
            .flatMap((permission) => {
                const open = (["configure", "write", "read"] as const).filter((field) =>
                    everything.has(permission[field]),
                );
                return open.length === 0
                    ? []
                    : [
                          {
                              ...(foreign && { severity: "note" as const }),
                              place: placeOf(permission.vhost, "permission", permission.user),
                              message: `may ${open.join(" and ")} everything`,
                              fix: "narrow the pattern to the names that the user needs",
                          },
                      ];
            });
    },
};

/** An empty pattern is none of them: the broker takes it for ^$. */
const everything = new Set([".*", "^.*$", "^.*", ".*$", ".+", "^.+$", "^", "$"]);
