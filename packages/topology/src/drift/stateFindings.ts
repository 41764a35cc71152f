import { exchangeTypeSource } from "../broker/exchangeTypes.ts";
import type { Digest } from "../definitions/credentials.ts";
import { linkComponents, type Queue, type Topology, userTags } from "../model/index.ts";
import type { BrokerReading, NodeReading, VhostReading } from "../readings/brokerReading.ts";
import { quoted, shellWord } from "../text/names.ts";
import type { DriftFinding, UnseenPart } from "./drift.ts";
import { type DeclaredPassword, passwordState } from "./passwords.ts";
import type { Repair } from "./repair.ts";

/** What differs in the state of the broker, and what of it could not be seen. */
export interface StateFindings {
    readonly findings: readonly DriftFinding[];
    readonly notes: readonly string[];
    readonly unseen: readonly UnseenPart[];
}

function byHand(text: string): Repair {
    return { by: "hand", text };
}

const nowhere = { vhost: "" } as const;

/** The tracing of virtual hosts, which copies every message. */
export function tracedVhosts(vhosts: readonly VhostReading[]): readonly DriftFinding[] {
    return vhosts
        .filter(({ tracing }) => tracing)
        .map(({ name }) => ({
            id: `tracing vhost ${name}`,
            object: { kind: "vhost", ...nowhere, name },
            text: `tracing is on in virtual host "${name}": every message is published to "amq.rabbitmq.trace" as well`,
            repair: byHand(
                `\`pulumi up\` does not see it. Switch it off: rabbitmqctl trace_off --vhost ${shellWord(name)}`,
            ),
            maxAge: 0,
        }));
}

/** The passwords of the declared users, and tags that RabbitMQ does not know. */
export function userFindings(
    { users = [] }: BrokerReading,
    names: readonly string[],
    passwords: ReadonlyMap<string, DeclaredPassword>,
    digest: Digest,
): StateFindings {
    const declared = new Set(names);
    const findings: DriftFinding[] = [];
    const unknown: string[] = [];
    for (const user of users.filter(({ name }) => declared.has(name))) {
        const object = { kind: "user", ...nowhere, name: user.name } as const;
        const tags = user.tags.filter((tag) => !userTags.some((known) => known === tag));
        if (tags.length > 0) {
            findings.push({
                id: `tags user ${user.name}`,
                object,
                text: `user "${user.name}" has the tag ${quoted(tags)}, which RabbitMQ does not know; a plugin or another program may read it`,
                repair: { by: "up", text: "`pulumi up --refresh` sets the declared tags" },
                maxAge: 0,
            });
        }
        const state = passwordState(user, passwords.get(user.name), digest);
        if (state === "unknown") {
            unknown.push(user.name);
        } else if (state !== "same") {
            findings.push({
                id: `password user ${user.name}`,
                object,
                text: {
                    changed: `user "${user.name}" has another password than the declared one: clients with the declared one cannot log in`,
                    none: `user "${user.name}" has no password: clients cannot log in with one`,
                    "set again": `the password of user "${user.name}" was set again since the definitions were exported; a hash does not show whether it is another one`,
                }[state],
                repair: byHand(
                    `\`pulumi up\` does not see it, also with --refresh: the broker shows no passwords. Set the declared one again: rabbitmqctl change_password ${shellWord(user.name)}, which reads it from standard input`,
                ),
                maxAge: 0,
            });
        }
    }
    return {
        findings,
        notes: [],
        unseen:
            unknown.length === 0
                ? []
                : [
                      {
                          what: `whether the passwords of ${shortList(unknown)} were changed`,
                          why: "the declared passwords are not known here (passwordsOf in topology.config.ts)",
                      },
                  ],
    };
}

const namesShown = 3;

function shortList(names: readonly string[]): string {
    const rest = names.length - namesShown;
    return `${quoted(names.slice(0, namesShown))}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Nodes that are down, and plugins that are missing or differ between nodes. */
export function nodeFindings(
    { nodes }: BrokerReading,
    declared: Topology,
    unseenReason: string,
): StateFindings {
    if (nodes === undefined) {
        return {
            findings: [],
            notes: [],
            unseen: [{ what: "nodes that are down, and enabled plugins", why: unseenReason }],
        };
    }
    const running = nodes.filter((each) => each.running);
    const anywhere = [...new Set(running.flatMap(({ plugins }) => plugins))].sort();
    const differing = anywhere.filter((plugin) => !running.every(({ plugins }) => plugins.includes(plugin)));
    const missing = [...neededPlugins(declared)].filter(([plugin]) => !anywhere.includes(plugin));
    return {
        findings: [
            ...nodes.filter((each) => !each.running).map(downNode),
            ...differing.map((plugin) => differingPlugin(plugin, running)),
            ...missing.map(([plugin, user]) => ({
                id: `plugin ${plugin}`,
                object: { kind: "broker", ...nowhere, name: plugin } as const,
                text: `plugin "${plugin}" is not enabled on any node, and ${user} needs it`,
                repair: byHand(`\`pulumi up\` does not see it. Enable it: rabbitmq-plugins enable ${plugin}`),
                maxAge: 0,
            })),
        ],
        notes: [],
        unseen: [],
    };
}

function downNode({ name }: NodeReading): DriftFinding {
    return {
        id: `node ${name}`,
        object: { kind: "broker", ...nowhere, name },
        text: `node "${name}" is down`,
        repair: byHand(
            `start it. If it does not start again, remove it from the cluster: rabbitmqctl forget_cluster_node ${shellWord(name)}`,
        ),
        maxAge: 0,
    };
}

function differingPlugin(plugin: string, running: readonly NodeReading[]): DriftFinding {
    const without = running.filter(({ plugins }) => !plugins.includes(plugin)).map(({ name }) => name);
    return {
        id: `plugin ${plugin}`,
        object: { kind: "broker", ...nowhere, name: plugin },
        text: `plugin "${plugin}" is enabled on some nodes, and not on ${quoted(without)}`,
        repair: byHand(`enable it on every node, or disable it on all: rabbitmq-plugins enable ${plugin}`),
        maxAge: 0,
    };
}

/** The plugins that the declared objects need, each with one of these objects. */
function neededPlugins({ exchanges, parameters = [], brokerVersion }: Topology): ReadonlyMap<string, string> {
    const needed = new Map<string, string>();
    for (const { name, type } of exchanges) {
        const plugin = exchangeTypeSource(type, brokerVersion)?.plugin;
        if (plugin !== undefined) {
            needed.set(plugin, `exchange "${name}" of type "${type}"`);
        }
    }
    for (const { component, name } of parameters) {
        const plugin =
            component === linkComponents.shovel
                ? "rabbitmq_shovel"
                : component === linkComponents.upstream || component === linkComponents.upstreamSet
                  ? "rabbitmq_federation"
                  : undefined;
        if (plugin !== undefined) {
            needed.set(plugin, `${component} "${name}"`);
        }
    }
    return needed;
}

/** Brokers report this feature, although no declaration and no client uses it. */
const always: readonly string[] = ["management_metrics_collection"];

/** Which queues of a broker use a deprecated feature, as far as its objects show it. */
const usedByQueues: Readonly<Record<string, (queue: Queue) => boolean>> = {
    transient_nonexcl_queues: ({ durable }) => !durable,
    queue_master_locator: ({ arguments: args }) => "x-queue-master-locator" in args,
};

/** Which policies of a broker use a deprecated feature. */
const policyKeys: Readonly<Record<string, RegExp>> = {
    queue_master_locator: /^queue-master-locator$/u,
    classic_queue_mirroring: /^ha-/u,
};

/** Deprecated features in use, and stable feature flags that are disabled. */
export function featureFindings(
    { deprecatedFeatures = [], disabledFlags = [] }: BrokerReading,
    live: Topology,
): StateFindings {
    const findings: DriftFinding[] = [];
    const notes: string[] = [];
    for (const feature of deprecatedFeatures.filter((each) => !always.includes(each))) {
        const users = [
            ...live.queues
                .filter((each) => usedByQueues[feature]?.(each) === true)
                .map(({ name }) => `queue "${name}"`),
            ...live.policies
                .filter(({ definition }) =>
                    Object.keys(definition).some((key) => policyKeys[feature]?.test(key) === true),
                )
                .map(({ name }) => `policy "${name}"`),
        ];
        const [first, ...others] = users;
        if (first !== undefined) {
            // If the object is not declared, it is a difference itself.
            notes.push(
                `deprecated feature "${feature}" is in use: ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`,
            );
        } else {
            findings.push({
                id: `deprecated feature ${feature}`,
                object: { kind: "broker", ...nowhere, name: feature },
                text: `deprecated feature "${feature}" is in use, by a client or by the configuration of a node`,
                repair: byHand(
                    "`pulumi up` cannot repair it. Change the client before the next upgrade of RabbitMQ, which may refuse it",
                ),
                maxAge: 0,
            });
        }
    }
    return {
        findings,
        notes: [
            ...notes,
            ...(disabledFlags.length === 0
                ? []
                : [
                      `stable feature flags are disabled: ${quoted(disabledFlags)}; enable them before the next upgrade: rabbitmqctl enable_feature_flag all`,
                  ]),
        ],
        unseen: [],
    };
}
