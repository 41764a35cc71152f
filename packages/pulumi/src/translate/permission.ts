import type { PermissionsArgs, TopicPermissionsArgs } from "@pulumi/rabbitmq";
import type { Permission, TopicPermission } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";

export function toPermissionsArgs({ user, vhost, ...permissions }: Permission): Plain<PermissionsArgs> {
    return { user, vhost, permissions };
}

/** The provider has one resource for all topic permissions of a user in a virtual host. */
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
