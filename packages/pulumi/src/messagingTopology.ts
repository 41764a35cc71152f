import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";
import * as random from "@pulumi/random";
import type { Binding, Topology } from "@spot-messaging/topology";
import { toBindingArgs } from "./translate/binding.ts";
import { toExchangeArgs } from "./translate/exchange.ts";
import { toPermissionsArgs, toTopicPermissionsArgs } from "./translate/permission.ts";
import { toPolicyArgs } from "./translate/policy.ts";
import { toQueueArgs } from "./translate/queue.ts";

export interface MessagingTopologyArgs {
    /** What to declare; plain values, so that a preview knows every object. */
    readonly topology: Topology;
}

/**
 * Everything that a broker is told, in the order that leaves no gap: virtual hosts, users, permissions, exchanges and policies, dead-letter
 * objects, queues, bindings. A message that arrives half-way already has its policy, and nobody may do what is not yet limited.
 */
export class MessagingTopology extends pulumi.ComponentResource {
    /** The generated password of each user. */
    readonly passwords: ReadonlyMap<string, pulumi.Output<string>>;
    /** Complete when everything is declared. */
    readonly declared: readonly pulumi.Resource[];

    constructor(name: string, { topology }: MessagingTopologyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:MessagingTopology", name, {}, opts);
        const child = { parent: this };

        const vhosts = byName(
            topology.vhosts,
            (each) => new rabbitmq.VHost(`${name}-vhost-${each.name}`, each, child),
        );
        const vhostNameOf = (vhost: string): pulumi.Input<string> => vhosts.get(vhost)?.name ?? vhost;

        this.passwords = new Map(
            topology.users.map((each) => [
                each.name,
                new random.RandomPassword(
                    `${name}-password-${each.name}`,
                    { length: 32, special: false },
                    child,
                ).result,
            ]),
        );
        const users = byName(
            topology.users,
            (each) =>
                new rabbitmq.User(
                    `${name}-user-${each.name}`,
                    { name: each.name, password: this.passwords.get(each.name) ?? "", tags: [...each.tags] },
                    child,
                ),
        );
        const userNameOf = (user: string): pulumi.Input<string> => users.get(user)?.name ?? user;

        const exchanges = byName(
            topology.exchanges,
            (each) =>
                new rabbitmq.Exchange(
                    `${name}-exchange-${each.name}`,
                    { ...toExchangeArgs(each), vhost: vhostNameOf(each.vhost) },
                    child,
                ),
        );
        const topicPermissions = topology.users.flatMap(({ name: user }) => {
            const records = topology.topicPermissions.filter((each) => each.user === user);
            const [first] = records;
            return first === undefined
                ? []
                : [
                      new rabbitmq.TopicPermissions(
                          `${name}-topic-permissions-${user}`,
                          {
                              ...toTopicPermissionsArgs(user, first.vhost, records),
                              user: userNameOf(user),
                              vhost: vhostNameOf(first.vhost),
                          },
                          { ...child, dependsOn: [...exchanges.values()] },
                      ),
                  ];
        });
        // After the topic permissions: without a record for an exchange every key would be allowed on it.
        const permissions = topology.permissions.map(
            (each) =>
                new rabbitmq.Permissions(
                    `${name}-permissions-${each.user}`,
                    {
                        ...toPermissionsArgs(each),
                        user: userNameOf(each.user),
                        vhost: vhostNameOf(each.vhost),
                    },
                    { ...child, dependsOn: topicPermissions },
                ),
        );
        const policies = byName(
            topology.policies,
            (each) =>
                new rabbitmq.Policy(
                    `${name}-policy-${each.name}`,
                    { ...toPolicyArgs(each), vhost: vhostNameOf(each.vhost) },
                    { ...child, dependsOn: [...exchanges.values()] },
                ),
        );
        // Above policies and arguments: they bound what others declare, and leave what is declared here as it is.
        const operatorPolicies = topology.operatorPolicies.map(
            (each) =>
                new rabbitmq.OperatorPolicy(
                    `${name}-operator-policy-${each.name}`,
                    { ...toPolicyArgs(each), vhost: vhostNameOf(each.vhost) },
                    child,
                ),
        );
        const queues = byName(
            topology.queues,
            (each) =>
                new rabbitmq.Queue(
                    `${name}-queue-${each.name}`,
                    { ...toQueueArgs(each), vhost: vhostNameOf(each.vhost) },
                    { ...child, dependsOn: [...policies.values()], protect: each.retain },
                ),
        );

        const declare = (each: Binding, dependsOn: readonly pulumi.Resource[]): rabbitmq.Binding => {
            const ends = each.destinationType === "queue" ? queues : exchanges;
            return new rabbitmq.Binding(
                `${name}-binding-${each.source}-${each.destination}-${each.routingKey}`,
                {
                    ...toBindingArgs(each),
                    vhost: vhostNameOf(each.vhost),
                    // The managed objects' own names: a literal would not be bound again when its queue is replaced.
                    source: exchanges.get(each.source)?.name ?? each.source,
                    destination: ends.get(each.destination)?.name ?? each.destination,
                },
                { ...child, dependsOn: [...dependsOn] },
            );
        };
        // Dead letters must have somewhere to go before the first message can arrive.
        const parked = new Set(
            topology.queues.filter(({ purpose }) => purpose === "parking").map((each) => each.name),
        );
        const parkingBindings = topology.bindings
            .filter(({ destination }) => parked.has(destination))
            .map((each) => declare(each, []));
        const bindings = topology.bindings
            .filter(({ destination }) => !parked.has(destination))
            .map((each) => declare(each, parkingBindings));

        this.declared = [...permissions, ...operatorPolicies, ...parkingBindings, ...bindings];
        this.registerOutputs({});
    }
}

function byName<T extends { readonly name: string }, R>(
    items: readonly T[],
    make: (item: T) => R,
): ReadonlyMap<string, R> {
    return new Map(items.map((item) => [item.name, make(item)]));
}
