import { lazy } from "../lookup/memoize.ts";
import {
    type Binding,
    type KnownVersion,
    type Permission,
    type TopicPermission,
    type Topology,
    type UserTag,
    usersOf,
} from "../model/index.ts";
import { literalNames } from "../patterns/policyPattern.ts";
import { compareText } from "../text/names.ts";
import { topologyView } from "../view/topologyView.ts";
import { declaredEntryPoints, entryPoints } from "./entryPoint.ts";
import { pathText } from "./pathText.ts";
import {
    type Place,
    queueId,
    type Reach,
    type ReachStep,
    reachFrom,
    type StepKind,
    stepsTo,
} from "./reach.ts";
import { vhostNames } from "./vhostNames.ts";

/** What a user may do on a broker, and the queues that its messages can end in. */
export interface UserAccess {
    readonly name: string;
    readonly tags: readonly UserTag[];
    /** The services that connect as it. Empty: none is declared. */
    readonly services: readonly string[];
    /** The virtual hosts that it may connect to. */
    readonly vhosts: readonly VhostAccess[];
}

/** What a user may do in one virtual host. */
export interface VhostAccess {
    readonly vhost: string;
    readonly configure: AllowedNames;
    readonly write: AllowedNames;
    readonly read: AllowedNames;
    /** Its topic permissions. */
    readonly topics: readonly TopicAccess[];
    /** The queues that a message of it can end in, sorted. Those of other virtual hosts, through shovels, come last. */
    readonly queues: readonly AccessibleQueue[];
}

/** The pattern of a permission, with the exchanges and queues that it matches, sorted. */
export interface AllowedNames {
    readonly pattern: string;
    /** Whether the pattern is a list of names, so that it matches no others. */
    readonly isList: boolean;
    /** `amq.default` is the default exchange. */
    readonly exchanges: readonly string[];
    readonly queues: readonly string[];
}

/** The routing keys of one topic exchange that a user may publish and bind with, as patterns. */
export type TopicAccess = Pick<TopicPermission, "exchange" | "read" | "write">;

/** A queue that a message of a user can end in. */
export interface AccessibleQueue {
    readonly vhost: string;
    readonly queue: string;
    /** Whether the user's services declare to send messages there. @default - unknown: no service is declared */
    readonly isDeclared?: boolean;
    /** One of the shortest paths; a declared one, if there is one. */
    readonly path: readonly AccessStep[];
    /** The path in words. */
    readonly pathText: string;
}

/** One step of a path. */
export interface AccessStep {
    readonly via: StepKind;
    readonly to: Place;
    readonly binding?: Binding;
    /** The shovel, or the object that the user binds to or declares. */
    readonly by?: string;
    /** The routing keys that the message can have. @default - all that match `keyPattern` */
    readonly keys?: readonly string[];
    /** @default - every routing key */
    readonly keyPattern?: string;
}

/** Makes the function that returns the access of a user; `undefined` for an unknown user. */
export function userAccesses(
    topology: Topology,
    version?: KnownVersion,
): (name: string) => UserAccess | undefined {
    const view = topologyView(topology, version);
    const entriesOf = entryPoints(view);
    const reach = lazy(() => reachFrom(view));
    const namesIn = vhostNames(view);
    return (name) => {
        const user = topology.users.find((each) => each.name === name);
        const permissions = topology.permissions.filter((each) => each.user === name);
        if (user === undefined && permissions.length === 0) {
            return undefined;
        }
        const services = topology.services.filter((each) => usersOf(each).includes(name));
        return {
            name,
            tags: user?.tags ?? [],
            services: services.map((each) => each.name),
            vhosts: permissions.map(accessIn).sort((a, b) => compareText(a.vhost, b.vhost)),
        };

        function accessIn(permission: Permission): VhostAccess {
            const { vhost, configure, write, read } = permission;
            const needs = view.permissionNeeds.filter((each) => each.vhost === vhost && each.user === name);
            const declared =
                needs.length === 0 ? undefined : reach()(needs.flatMap((each) => declaredEntryPoints(each)));
            return {
                vhost,
                configure: allowed(vhost, configure),
                write: allowed(vhost, write),
                read: allowed(vhost, read),
                topics: topology.topicPermissions
                    .filter((each) => each.vhost === vhost && each.user === name)
                    .map(({ exchange, ...patterns }) => ({
                        exchange,
                        write: patterns.write,
                        read: patterns.read,
                    })),
                queues: accessible(vhost, reach()(entriesOf(permission)), declared),
            };
        }
    };

    function allowed(vhost: string, pattern: string): AllowedNames {
        const { among } = view.allowedBy(pattern);
        const { exchanges, builtIn, queues } = namesIn(vhost);
        return {
            pattern,
            isList: pattern === "" || literalNames(pattern) !== undefined,
            exchanges: [...new Set([...among(exchanges), ...among(builtIn)])].sort(compareText),
            queues: among(queues).toSorted(compareText),
        };
    }
}

function accessible(home: string, reach: Reach, declared: Reach | undefined): readonly AccessibleQueue[] {
    return [...reach.values()]
        .map((possible) => {
            const { vhost, name: queue } = possible.to;
            const asDeclared = declared?.get(queueId(vhost, queue));
            const steps = stepsTo(asDeclared ?? possible);
            return {
                vhost,
                queue,
                ...(declared !== undefined && { isDeclared: asDeclared !== undefined }),
                path: steps.map(accessStep),
                pathText: pathText(steps),
            };
        })
        .sort(
            (a, b) =>
                Number(a.vhost !== home) - Number(b.vhost !== home) ||
                compareText(a.vhost, b.vhost) ||
                compareText(a.queue, b.queue),
        );
}

function accessStep({ via, to, binding, by, keys }: ReachStep): AccessStep {
    return {
        via,
        to,
        ...(binding !== undefined && { binding }),
        ...(by !== undefined && { by }),
        ...(keys.kind === "listed"
            ? { keys: keys.keys }
            : keys.pattern !== undefined && { keyPattern: keys.pattern }),
    };
}
