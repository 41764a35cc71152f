import * as pulumi from "@pulumi/pulumi";
import {
    type Binding,
    type BrokerVersion,
    compile,
    type DeclarationInput,
    declare,
    objectKey,
    type Topology,
    usersOf,
} from "@spot-messaging/topology";
import { assertValid, check, renderFinding, TopologyError } from "@spot-messaging/topology/check";
import {
    declarablePart,
    defaultVhost,
    type LogicalName,
    logicalNames,
} from "@spot-messaging/topology/provider";
import { peer } from "./peer.ts";
import { toBindingArgs } from "./translate/binding.ts";
import { toExchangeArgs } from "./translate/exchange.ts";
import { toPermissionsArgs, toTopicPermissionsArgs } from "./translate/permission.ts";
import { toPolicyArgs } from "./translate/policy.ts";
import { toQueueArgs } from "./translate/queue.ts";
import { undeclarableProblems } from "./undeclarable.ts";

/** The topology to declare, as plain values, so that a preview shows every object. */
export type MessagingTopologyArgs = CompiledTopologyArgs | PlainTopologyArgs;

/** A topology that the program compiled itself. */
export interface CompiledTopologyArgs {
    readonly topology: Topology;
    /**
     * Whether the broker had the topology before the program, as `topology adopt` writes it. A user without a service then keeps its password,
     * and the component declares only its permissions. What the provider cannot declare stays as the broker has it, and errors of the checks are
     * warnings. @default false
     */
    readonly adopted?: boolean;
}

/** Plain data, for programs in every language. */
export interface PlainTopologyArgs {
    readonly brokerVersion: BrokerVersion;
    /** One declaration for each virtual host. */
    readonly vhosts: readonly DeclarationInput[];
}

/**
 * Declares a topology on a broker in a safe order: virtual hosts, users, exchanges, topic permissions, permissions, policies and operator
 * policies, queues, bindings (dead-letter bindings first). A message that arrives during the update finds its policies, and no user has a permission before
 * its limits.
 * @throws DeclarationError if the plain data of a virtual host has a problem, before anything is registered
 * @throws TopologyError if the topology has an error, before anything is registered
 */
export class MessagingTopology extends pulumi.ComponentResource {
    /** The generated password of each user. */
    readonly passwords: ReadonlyMap<string, pulumi.Output<string>>;
    /** Resolves when everything is declared. */
    readonly declared: readonly pulumi.Resource[];

    constructor(name: string, args: MessagingTopologyArgs, opts?: pulumi.ComponentResourceOptions) {
        const isAdopted = "adopted" in args && args.adopted;
        const given = "topology" in args ? args.topology : compiled(args);
        const topology = isAdopted ? adoptedPart(given) : declarable(given);
        const rabbitmq = peer("MessagingTopology", "@pulumi/rabbitmq");
        const random = peer("MessagingTopology", "@pulumi/random");
        super("messaging:index:MessagingTopology", name, {}, opts);
        if (isAdopted) {
            for (const warning of adoptionWarnings(given)) {
                void pulumi.log.warn(warning, this);
            }
        }
        const child = { parent: this };
        const alias = ({ aliases }: LogicalName): pulumi.CustomResourceOptions => ({
            ...child,
            aliases: [...aliases],
        });

        const names = logicalNames(name, topology);
        const vhosts = new Map(
            names.vhosts.map(({ object: each, identity }) => [
                each.name,
                new rabbitmq.VHost(
                    identity.name,
                    { name: each.name },
                    // Every broker has the virtual host /, with objects of others: a destroyed stack only forgets it.
                    each.name === defaultVhost ? { ...child, retainOnDelete: true } : child,
                ),
            ]),
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
        const users = new Map(
            names.users.map(({ object: each, identity }) => [
                each.name,
                new rabbitmq.User(
                    identity.name,
                    { name: each.name, password: this.passwords.get(each.name) ?? "", tags: [...each.tags] },
                    child,
                ),
            ]),
        );
        const userNameOf = (user: string): pulumi.Input<string> => users.get(user)?.name ?? user;

        const exchanges = new Map(
            names.exchanges.map(({ object, identity }) => [
                objectKey(object),
                new rabbitmq.Exchange(
                    identity.name,
                    { ...toExchangeArgs(object), vhost: vhostNameOf(object.vhost) },
                    { ...alias(identity), ...replacedWithSettings },
                ),
            ]),
        );
        const topicPermissions = names.topicPermissions.map(
            ({ object: { user, vhost, records }, identity }) =>
                new rabbitmq.TopicPermissions(
                    identity.name,
                    {
                        ...toTopicPermissionsArgs(user, vhost, records),
                        user: userNameOf(user),
                        vhost: vhostNameOf(vhost),
                    },
                    { ...alias(identity), dependsOn: [...exchanges.values()] },
                ),
        );
        // After the topic permissions: without them, the user could use every routing key of the exchange.
        const permissions = names.permissions.map(
            ({ object, identity }) =>
                new rabbitmq.Permissions(
                    identity.name,
                    {
                        ...toPermissionsArgs(object),
                        user: userNameOf(object.user),
                        vhost: vhostNameOf(object.vhost),
                    },
                    { ...alias(identity), dependsOn: topicPermissions },
                ),
        );
        const policies = names.policies.map(
            ({ object, identity }) =>
                new rabbitmq.Policy(
                    identity.name,
                    { ...toPolicyArgs(object), vhost: vhostNameOf(object.vhost) },
                    { ...alias(identity), dependsOn: [...exchanges.values()] },
                ),
        );
        // Operator policies override policies and arguments. They limit objects that applications declare; those of the topology do not
        // change.
        const operatorPolicies = names.operatorPolicies.map(
            ({ object, identity }) =>
                new rabbitmq.OperatorPolicy(
                    identity.name,
                    { ...toPolicyArgs(object), vhost: vhostNameOf(object.vhost) },
                    alias(identity),
                ),
        );
        // Before the queues: a policy that arrives while a stream that it matches is created waits 30 s for RabbitMQ's stream coordinator
        // (measured with 4.3.6 and 4.0.5; `stream_cmd_timeout`).
        const queuePolicies = [...policies, ...operatorPolicies];
        const queues = new Map(
            names.queues.map(({ object, identity }) => [
                objectKey(object),
                new rabbitmq.Queue(
                    identity.name,
                    { ...toQueueArgs(object), vhost: vhostNameOf(object.vhost) },
                    {
                        ...alias(identity),
                        ...replacedWithSettings,
                        dependsOn: queuePolicies,
                        protect: object.retain,
                    },
                ),
            ]),
        );

        const declare = (
            { object, identity }: { readonly object: Binding; readonly identity: LogicalName },
            dependsOn: pulumi.Resource[],
        ): pulumi.Resource => {
            const { vhost, source, destination, destinationType } = object;
            const ends = destinationType === "queue" ? queues : exchanges;
            return new rabbitmq.Binding(
                identity.name,
                {
                    ...toBindingArgs(object),
                    vhost: vhostNameOf(vhost),
                    // The names are outputs of the resources: with literals, a replaced queue would not get its bindings back.
                    source: exchanges.get(objectKey({ vhost, name: source }))?.name ?? source,
                    destination: ends.get(objectKey({ vhost, name: destination }))?.name ?? destination,
                },
                { ...alias(identity), dependsOn },
            );
        };
        // Dead-letter queues must be bound before the first message can arrive.
        const parking = new Set(
            topology.queues.filter(({ purpose }) => purpose === "parking").map((each) => objectKey(each)),
        );
        const isParking = ({ vhost, destination, destinationType }: Binding): boolean =>
            destinationType === "queue" && parking.has(objectKey({ vhost, name: destination }));
        const all = names.bindings;
        const parkingBindings = all
            .filter(({ object }) => isParking(object))
            .map((each) => declare(each, []));
        const bindings = all
            .filter(({ object }) => !isParking(object))
            .map((each) => declare(each, parkingBindings));

        this.declared = [...permissions, ...queuePolicies, ...parkingBindings, ...bindings];
        this.registerOutputs({ passwords: pulumi.secret(Object.fromEntries(this.passwords)) });
    }
}

/**
 * RabbitMQ changes neither type nor arguments of an exchange or a queue. The provider would try it nevertheless, and fail with "doesn't support
 * update".
 */
const replacedWithSettings = { replaceOnChanges: ["settings"], deleteBeforeReplace: true };

function compiled({ brokerVersion, vhosts }: PlainTopologyArgs): Topology {
    return compile(vhosts.map(declare), brokerVersion);
}

/** What the provider can declare. Users without a service keep their passwords, which no broker exports. */
function adoptedPart(topology: Topology): Topology {
    const { topology: part } = declarablePart(topology);
    const ofServices = new Set(topology.services.flatMap(usersOf));
    return { ...part, users: part.users.filter(({ name }) => ofServices.has(name)) };
}

function adoptionWarnings(topology: Topology): readonly string[] {
    const errors = check(topology).filter(({ severity }) => severity === "error");
    return [
        ...errors.map(renderFinding),
        ...declarablePart(topology).left.map(
            ({ place, message }) => `${place}: ${message}; it stays as the broker has it`,
        ),
    ];
}

function declarable(topology: Topology): Topology {
    const problems = undeclarableProblems(assertValid(topology));
    if (problems.length > 0) {
        throw new TopologyError(problems);
    }
    return topology;
}
