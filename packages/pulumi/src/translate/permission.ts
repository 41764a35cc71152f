import type { PermissionsArgs, TopicPermissionsArgs } from "@pulumi/rabbitmq";
import type { Permission, TopicPermission } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";

export function toPermissionsArgs({ user, vhost, ...permissions }: Permission): Plain<PermissionsArgs> {
    return { user, vhost, permissions };
}

/** The provider keeps all topic permissions of one user in one virtual host as one resource. */
export function toTopicPermissionsArgs(
    user: string,
    vhost: string,
    records: readonly TopicPermission[],
): Plain<TopicPermissionsArgs> {
    return {
        user,
        vhost,
        permissions: records.map(({ exchange, write, read }) => ({ exchange, write, read })),
    };
}
