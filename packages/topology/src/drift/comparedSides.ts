import { topologyIndex } from "../lookup/topologyIndex.ts";
import { linkComponents, objectKey, queueTypes, type Topology, type Vhost } from "../model/index.ts";
import type { BrokerReading } from "../readings/brokerReading.ts";
import { withQueueKnowledge } from "../review/compare/programKnowledge.ts";
import { quoted } from "../text/names.ts";
import type { UnseenPart } from "./drift.ts";

/** What is compared, and how. */
export interface ComparedBroker {
    readonly declared: Topology;
    /** What the broker has, as its definitions say. */
    readonly live: Topology;
    readonly reading: BrokerReading;
    /** Users that operate the broker and need not be declared. */
    readonly operators: readonly string[];
    /** Only this virtual host. @default - the whole broker */
    readonly vhost?: string;
    /** Whether the declaration has no list of users, as definitions of one virtual host have none. */
    readonly isWithoutUsers?: boolean;
}

/** Both sides of a comparison, with the same scope. */
export interface ComparedSides {
    readonly before: Topology;
    readonly after: Topology;
    readonly notes: readonly string[];
    readonly unseen: readonly UnseenPart[];
}

/** The virtual host that every new broker has. */
const firstVhost = "/";
/** The user that every new broker has; it can connect from the broker's own machine only. */
const firstUser = "guest";

/** Brings what is declared and what the broker has to the same scope: the part that the user who asks can see. */
export function comparedSides(broker: ComparedBroker): ComparedSides {
    const { reading } = broker;
    const [visible, hidden] = visibleVhosts(broker);
    const isVisible = (each: { readonly vhost: string }): boolean => visible.has(each.vhost);
    const users = comparedUsers(broker, isVisible);
    const declared = withoutOthers(broker.declared, isVisible);
    const found = withoutOthers(withoutLinkObjects(broker.live), isVisible);
    const parameters = reading.hasParameters ? found : declared;
    const isWhole = broker.vhost === undefined;
    const { queueNamed } = topologyIndex(broker.declared);
    const before: Topology = {
        ...declared,
        ...users.before,
        vhosts: declaredVhosts(broker).filter(({ name }) => visible.has(name)),
        ...parameterLists(declared, isWhole),
    };
    return {
        before,
        after: {
            ...found,
            ...users.after,
            vhosts: liveVhosts(broker).filter(({ name }) => visible.has(name)),
            queues: found.queues.map((each) => withQueueKnowledge(each, queueNamed(each.vhost, each.name))),
            ...parameterLists(parameters, isWhole),
            services: declared.services,
            retries: declared.retries,
        },
        notes: users.notes,
        unseen: [
            ...hidden,
            ...users.unseen,
            ...(reading.hasParameters
                ? []
                : [
                      {
                          what: "parameters of plugins and of the cluster (shovels, federation)",
                          why: missingTag(reading, 'the tag "policymaker" or "administrator"'),
                      },
                  ]),
        ],
    };
}

/** `user "watcher" has no tag "administrator"`, as the reason why something is not visible. */
export function missingTag({ user }: BrokerReading, needed: string): string {
    return `user "${user}" needs ${needed}`;
}

/** The virtual hosts to compare, and the declared ones that the user cannot see. */
function visibleVhosts(broker: ComparedBroker): readonly [ReadonlySet<string>, readonly UnseenPart[]] {
    const { declared, reading, vhost } = broker;
    const inScope = (name: string): boolean => vhost === undefined || name === vhost;
    const read = new Set(reading.vhosts.map(({ name }) => name));
    const names = declared.vhosts.map(({ name }) => name).filter(inScope);
    const hidden = names.filter(
        (name) => !read.has(name) && (reading.closedVhosts.includes(name) || !reading.seesAllVhosts),
    );
    const others = reading.closedVhosts.filter((name) => inScope(name) && !names.includes(name));
    const visible = new Set(
        [...names, ...read, ...others.filter((name) => name !== firstVhost)].filter(inScope),
    );
    for (const name of hidden) {
        visible.delete(name);
    }
    const closed = [...hidden, ...others];
    return [
        visible,
        [
            ...(closed.length === 0
                ? []
                : [
                      {
                          what: `the objects in virtual host ${quoted(closed)}`,
                          why: `user "${reading.user}" has no permission there, or the virtual host does not exist; empty patterns are enough`,
                      },
                  ]),
            ...(reading.seesAllVhosts || vhost !== undefined
                ? []
                : [
                      {
                          what: "virtual hosts that are not declared",
                          why: missingTag(reading, 'the tag "monitoring" or "administrator"'),
                      },
                  ]),
        ],
    ];
}

/** The first virtual host of a broker is not declared, and still no difference. */
function declaredVhosts({ declared, live, reading }: ComparedBroker): readonly Vhost[] {
    const own = declared.vhosts.map((each) => withDefaultType(each, reading));
    const exists = live.vhosts.some(({ name }) => name === firstVhost);
    const isDeclared = own.some(({ name }) => name === firstVhost);
    return exists && !isDeclared ? [...own, withDefaultType({ name: firstVhost }, reading)] : own;
}

function liveVhosts({ live, reading, declared }: ComparedBroker): readonly Vhost[] {
    const protectedNames = new Set(
        reading.vhosts.filter((each) => each.protectedFromDeletion).map(({ name }) => name),
    );
    const known = new Set([...live.vhosts, ...declared.vhosts].map(({ name }) => name));
    return [
        ...live.vhosts.map((each) => ({
            ...withDefaultType(each, reading),
            ...(protectedNames.has(each.name) && { protectedFromDeletion: true }),
        })),
        ...reading.closedVhosts.filter((name) => !known.has(name)).map((name) => ({ name })),
    ];
}

/** A virtual host that is created without a default queue type gets that of its node. */
function withDefaultType(each: Vhost, { nodeQueueType }: BrokerReading): Vhost {
    const type = each.defaultQueueType ?? queueTypes.find((known) => known === nodeQueueType);
    return type === undefined ? each : { ...each, defaultQueueType: type };
}

type InVhostTest = (each: { readonly vhost: string }) => boolean;

function withoutOthers(topology: Topology, isVisible: InVhostTest): Topology {
    return {
        ...topology,
        exchanges: topology.exchanges.filter(isVisible),
        queues: topology.queues.filter(isVisible),
        bindings: topology.bindings.filter(isVisible),
        policies: topology.policies.filter(isVisible),
        operatorPolicies: topology.operatorPolicies.filter(isVisible),
        ...(topology.parameters !== undefined && { parameters: topology.parameters.filter(isVisible) }),
        services: topology.services.filter(isVisible),
        retries: topology.retries.filter(isVisible),
        ...(topology.exclusiveQueues !== undefined && {
            exclusiveQueues: topology.exclusiveQueues.filter(isVisible),
        }),
    };
}

function parameterLists(
    { parameters = [], globalParameters = [] }: Topology,
    isWhole: boolean,
): Pick<Topology, "parameters" | "globalParameters"> {
    return { parameters, globalParameters: isWhole ? globalParameters : [] };
}

/** Links of federation, and exclusive queues of shovels, are objects that the broker declares for a parameter. */
function withoutLinkObjects(live: Topology): Topology {
    const isOwn = ({ name }: { readonly name: string }): boolean => !name.startsWith("federation: ");
    const linked = new Set(
        (live.parameters ?? [])
            .filter(({ component }) => Object.values<string>(linkComponents).includes(component))
            .map(({ vhost }) => vhost),
    );
    const exclusive = new Set(live.exclusiveQueues?.map(objectKey));
    return {
        ...live,
        exchanges: live.exchanges.filter(isOwn),
        queues: live.queues.filter(isOwn),
        bindings: live.bindings.filter(
            ({ vhost, source, destination }) =>
                isOwn({ name: source }) &&
                isOwn({ name: destination }) &&
                !(linked.has(vhost) && exclusive.has(objectKey({ vhost, name: destination }))),
        ),
    };
}

type Rights = Pick<Topology, "users" | "permissions" | "topicPermissions">;

interface ComparedUsers {
    readonly before: Rights;
    readonly after: Rights;
    readonly notes: readonly string[];
    readonly unseen: readonly UnseenPart[];
}

function comparedUsers(broker: ComparedBroker, isVisible: InVhostTest): ComparedUsers {
    const { declared, live, reading, operators, vhost } = broker;
    if (reading.users === undefined || broker.isWithoutUsers === true) {
        const none: Rights = { users: [], permissions: [], topicPermissions: [] };
        // The users of services stay on both sides, so that nothing follows from their absence.
        const same = reading.users === undefined ? rightsOf(declared) : none;
        return {
            before: same,
            after: same,
            notes: [],
            unseen: [
                {
                    what: "users, their tags, limits, passwords, permissions and topic permissions",
                    why:
                        reading.users === undefined
                            ? missingTag(reading, 'the tag "administrator"')
                            : "the declaration has no list of users",
                },
            ],
        };
    }
    const names = new Set(declared.users.map(({ name }) => name));
    const withAccess = new Set(
        live.permissions.filter(({ vhost: own }) => own === vhost).map(({ user }) => user),
    );
    const reaches = (user: string): boolean =>
        live.permissions.some(
            (each) => each.user === user && declared.vhosts.some(({ name }) => name === each.vhost),
        );
    const ignored = new Map<string, string>();
    for (const { name } of live.users) {
        if (names.has(name)) {
            continue;
        }
        if (name === reading.user) {
            ignored.set(name, `user "${name}" is not declared; it is the user that reads the broker`);
        } else if (operators.includes(name)) {
            ignored.set(name, "");
        } else if (name === firstUser && !reaches(name)) {
            ignored.set(
                name,
                `user "${name}" exists, as on every new broker; delete it if it is not used: rabbitmqctl delete_user ${name}`,
            );
        } else if (vhost !== undefined && !withAccess.has(name)) {
            ignored.set(name, "");
        }
    }
    const isCompared = (user: string): boolean => !ignored.has(user);
    const ofScope = (rights: Rights): Rights => ({
        users: rights.users.filter(({ name }) => isCompared(name)),
        permissions: rights.permissions.filter((each) => isCompared(each.user) && isVisible(each)),
        topicPermissions: rights.topicPermissions.filter((each) => isCompared(each.user) && isVisible(each)),
    });
    return {
        before: ofScope(rightsOf(declared)),
        after: ofScope(rightsOf(live)),
        notes: [...ignored.values()].filter((each) => each !== ""),
        unseen: [],
    };
}

function rightsOf({ users, permissions, topicPermissions }: Topology): Rights {
    return { users, permissions, topicPermissions };
}
