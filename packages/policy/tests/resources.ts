import type { Topology } from "@spot-messaging/topology";
import { toBindingArgs } from "../../pulumi/src/translate/binding.ts";
import { toExchangeArgs } from "../../pulumi/src/translate/exchange.ts";
import { toPermissionsArgs, toTopicPermissionsArgs } from "../../pulumi/src/translate/permission.ts";
import { toPolicyArgs } from "../../pulumi/src/translate/policy.ts";
import { toQueueArgs } from "../../pulumi/src/translate/queue.ts";
import type { StackResource } from "../src/declaredTopology.ts";

/** A resource of one kind, such as `queue/Queue`. */
export function resource(kind: string, name: string, props: object): StackResource {
    const type = `rabbitmq:index/${kind.replace("/", ":")}`;
    return {
        type,
        name,
        urn: `urn:pulumi:dev::shop::${type}::${name}`,
        props: props as Readonly<Record<string, unknown>>, // what a resource has is a table
    };
}

/** What the program's components declare for a topology, limits aside, which the provider has no resource for. */
export function resourcesOf(topology: Topology): readonly StackResource[] {
    const all = <T>(
        kind: string,
        items: readonly T[],
        toArgs: (item: T) => object,
    ): readonly StackResource[] =>
        items.map((item, index) => resource(kind, `${kind}-${index}`, toArgs(item)));
    return [
        ...all("vHost/VHost", topology.vhosts, ({ name }) => ({ name })),
        ...all("user/User", topology.users, ({ name, tags }) => ({ name, password: "pa55word", tags })),
        ...all("permissions/Permissions", topology.permissions, toPermissionsArgs),
        ...all("topicPermissions/TopicPermissions", topology.topicPermissions, (each) =>
            toTopicPermissionsArgs(each.user, each.vhost, [each]),
        ),
        ...all("exchange/Exchange", topology.exchanges, toExchangeArgs),
        ...all("policy/Policy", topology.policies, toPolicyArgs),
        ...all("operatorPolicy/OperatorPolicy", topology.operatorPolicies, toPolicyArgs),
        ...all("queue/Queue", topology.queues, toQueueArgs),
        ...all("binding/Binding", topology.bindings, toBindingArgs),
    ];
}

/** How the engine writes a text that it knows only once something has been made. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
