import type { Topology } from "../../model/index.ts";
import { code, table } from "../markdown.ts";

/** Users with their patterns, as the broker matches them: here a reader must see every character. */
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
            ["user", "tags", ...(several ? ["virtual host"] : []), "configures", "writes to", "reads from"],
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
                  "On a topic exchange, a user may use these routing keys only; where no line names user and exchange, all of them.",
                  "",
              ]),
        ...table(
            ["user", ...(several ? ["virtual host"] : []), "topic exchange", "writes keys", "reads keys"],
            topicPermissions.map(({ user, vhost, exchange, write, read }) => [
                code(user),
                ...(several ? [code(vhost)] : []),
                code(exchange),
                ...[write, read].map(pattern),
            ]),
        ),
    ];
}

/** `^$` matches only the empty name, the empty pattern matches everything. */
function pattern(text: string): string {
    if (text === "^$") {
        return "";
    }
    // A long list of names may break between two of them.
    const shown = code(text).replaceAll("&#124;", "&#124;<wbr>");
    return text === "" || text === ".*" ? `**everything** (${shown})` : shown;
}
