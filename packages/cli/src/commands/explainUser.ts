import { type KnownVersion, type Topology, UsageError } from "@spot-messaging/topology";
import { type UserAccess, userAccesses } from "@spot-messaging/topology/broker";
import { suggestName } from "@spot-messaging/topology/text";
import { visibleLine } from "../render/visible.ts";
import type { ExplainLinkOptions } from "./explainLink.ts";

export interface ExplainUserOptions extends ExplainLinkOptions {
    readonly exchange?: string;
    readonly user?: string;
}

/** A user with what it may do, and the queues that its messages can end in. */
export interface UserExplanation extends UserAccess {
    readonly kind: "user";
    /** The version of RabbitMQ whose settings the paths depend on. */
    readonly brokerVersion: KnownVersion;
}

/**
 * Explains a user.
 * @throws UsageError if it does not exist
 */
export function explainUser(
    topology: Topology,
    queue: string | undefined,
    { user = "", exchange, shovel, upstream, vhost, target = topology.brokerVersion }: ExplainUserOptions,
): UserExplanation {
    if ([queue, exchange, shovel, upstream].some((each) => each !== undefined)) {
        throw new UsageError("--user: name either a user, or another object");
    }
    const access = userAccesses(topology, target)(user);
    if (access === undefined) {
        const known = topology.users.map(({ name }) => name);
        const advice =
            known.length === 0
                ? "there is no user"
                : suggestName(user, known, `there are ${known.length}, such as "${known[0] ?? ""}"`);
        throw new UsageError(visibleLine(`user "${user}" does not exist; ${advice}`));
    }
    return {
        kind: "user",
        brokerVersion: target,
        ...access,
        vhosts: access.vhosts.filter((each) => vhost === undefined || each.vhost === vhost),
    };
}
