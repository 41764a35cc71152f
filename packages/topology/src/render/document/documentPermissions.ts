import type { Topology } from "../../model/index.ts";
import { code, table } from "../markdown.ts";

/** The users with their permission patterns in full. */
export function permissionParts({
    users,
    permissions,
    topicPermissions,
    vhosts,
}: Topology): readonly string[] {
    const tagsOf = new Map(users.map(({ name, tags }) => [name, tags]));
    const several = vhosts.length > 1;
    const without = users.filter(({ name }) => permissions.every(({ user }) => user !== name));
    return [
        ...table(
            ["user", "tags", ...(several ? ["virtual host"] : []), "configure", "write", "read"],
            [
                ...permissions.map(({ user, vhost, configure, write, read }) => [
                    code(user),
                    (tagsOf.get(user) ?? []).join(", "),
                    ...(several ? [code(vhost)] : []),
                    ...[configure, write, read].map(pattern),
                ]),
                ...without.map(({ name, tags }) => [
                    code(name),
                    tags.join(", "),
                    ...(several ? [""] : []),
                    ...["", "no access", "no access"],
                ]),
            ],
        ),
        ...(topicPermissions.length === 0
            ? []
            : [
                  "A topic permission limits the routing keys of a user on a topic exchange. Without one, all routing keys are allowed.",
                  "",
              ]),
        ...table(
            [
                "user",
                ...(several ? ["virtual host"] : []),
                "topic exchange",
                "may publish with",
                "may bind with",
            ],
            topicPermissions.map(({ user, vhost, exchange, write, read }) => [
                code(user),
                ...(several ? [code(vhost)] : []),
                code(exchange),
                ...[write, read].map(pattern),
            ]),
        ),
    ];
}

/** RabbitMQ treats the empty pattern as `^$`, which matches no name. */
function pattern(text: string): string {
    if (text === "^$" || text === "") {
        return "";
    }
    // Allows a line break between two names of a long list.
    const shown = code(text).replaceAll("&#124;", "&#124;<wbr>");
    return text === ".*" ? `**everything** (${shown})` : shown;
}
