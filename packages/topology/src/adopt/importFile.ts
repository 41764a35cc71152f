import type { Binding, Queue, Topology } from "../model/index.ts";
import { bindingKey } from "../model/index.ts";
import { bindingArgumentsJson, queueArgumentsJson } from "../provider/brokerArguments.ts";
import { bindingId, objectId, propertiesKey } from "../provider/importIds.ts";
import { logicalNames, type NamedObject } from "../provider/logicalNames.ts";

/** The broker's name for a binding between its two ends, by the binding's identity. */
export type PropertiesKeys = ReadonlyMap<string, string>;

/** The version of @pulumi/rabbitmq whose resources the file imports. */
export const providerVersion = "3.3.8";

/** One resource of an import file of Pulumi. */
interface ImportedResource {
    readonly type: string;
    readonly name: string;
    readonly id?: string;
    readonly parent?: string;
    readonly version?: string;
    readonly component?: true;
    /** With these, Pulumi does not read the resource from the broker. */
    readonly inputs?: object;
    readonly outputs?: object;
}

/** The input of `pulumi import --file`: every object that the component declares, with the logical names that it gives. */
export interface ImportFile {
    readonly resources: readonly ImportedResource[];
}

/**
 * The import file of the declarable part of a topology. The provider would read the arguments of queues and bindings in another form than the
 * component writes, and then plan to replace them: the file has their state, which equals what the program declares.
 * @see https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations
 */
export function importFile(component: string, topology: Topology, keys: PropertiesKeys): ImportFile {
    const names = logicalNames(component, topology);
    const resource = (
        kind: string,
        { identity }: { readonly identity: NamedObject<object>["identity"] },
        id: string,
        state?: object,
        computed: object = {},
    ): ImportedResource => ({
        type: `rabbitmq:index/${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}:${kind}`,
        name: identity.name,
        id,
        parent: component,
        version: providerVersion,
        ...(state !== undefined && { inputs: state, outputs: { id, ...state, ...computed } }),
    });
    return {
        resources: [
            { type: "messaging:index:MessagingTopology", name: component, component: true },
            ...names.vhosts.map((each) => resource("VHost", each, each.object.name)),
            ...names.exchanges.map((each) => resource("Exchange", each, objectId(each.object))),
            ...names.topicPermissions.map((each) =>
                resource("TopicPermissions", each, objectId(ofUser(each.object))),
            ),
            ...names.permissions.map((each) => resource("Permissions", each, objectId(ofUser(each.object)))),
            ...names.policies.map((each) => resource("Policy", each, objectId(each.object))),
            ...names.operatorPolicies.map((each) => resource("OperatorPolicy", each, objectId(each.object))),
            ...names.queues.map((each) =>
                resource("Queue", each, objectId(each.object), queueState(each.object)),
            ),
            ...names.bindings.flatMap((each) => {
                const key = keys.get(bindingKey(each.object)) ?? propertiesKey(each.object);
                return key === undefined
                    ? []
                    : [
                          resource("Binding", each, bindingId(each.object, key), bindingState(each.object), {
                              propertiesKey: key,
                          }),
                      ];
            }),
        ],
    };
}

function ofUser({ user, vhost }: { readonly user: string; readonly vhost: string }): {
    readonly name: string;
    readonly vhost: string;
} {
    return { name: user, vhost };
}

function queueState(queue: Queue): object {
    const { vhost, name, durable, autoDelete } = queue;
    return { vhost, name, settings: { durable, autoDelete, argumentsJson: queueArgumentsJson(queue) } };
}

/** Only bindings with arguments need their state. */
function bindingState(binding: Binding): object | undefined {
    const { vhost, source, destination, destinationType, routingKey } = binding;
    const argumentsJson = bindingArgumentsJson(binding);
    return argumentsJson === undefined
        ? undefined
        : { vhost, source, destination, destinationType, routingKey, argumentsJson };
}
