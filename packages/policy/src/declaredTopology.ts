import type { BrokerVersion } from "@spot-messaging/topology";
import type { JsonObject, ParsedTopology } from "@spot-messaging/topology/definitions";
import { documentOf, type JsonPath, parseDefinitions } from "@spot-messaging/topology/definitions";
import {
    type DeclaredObject,
    declaredObjects,
    defaultVhost,
    readKeys,
} from "@spot-messaging/topology/provider";
import { groupLookup } from "@spot-messaging/topology/text";
import { knownValue } from "./knownValue.ts";

/** The parts of a resource that are checked. */
export interface StackResource {
    /** Such as `rabbitmq:index/queue:Queue`. */
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** Reading a value that is not known yet throws. */
    readonly props: Readonly<Record<string, unknown>>;
    readonly provider?: { readonly urn: string };
}

/** A resource with values that are known only after the update. */
export interface UnknownResource {
    readonly resource: StackResource;
    /** The paths of these values. */
    readonly unknown: readonly string[];
}

/** The objects that the resources of one broker declare. */
export interface DeclaredTopology {
    /** The topology of the known resources. */
    readonly parsed: ParsedTopology;
    readonly unknownResources: readonly UnknownResource[];
    /** The URN of the resource that declares an object, by the object's path in the parsed definitions. */
    readonly ownerOf: (path: JsonPath | undefined) => string | undefined;
}

/**
 * Converts resources to the definitions that a broker would export, so that they are parsed like other definitions.
 * @param brokerVersion `undefined`: the newest known version
 */
export function declaredTopology(
    resources: readonly StackResource[],
    brokerVersion: BrokerVersion | undefined,
): DeclaredTopology {
    const read = resources.map((resource) => ({ resource, ...readResource(resource) }));
    const isKnown = ({ unknown }: ReadResource): boolean => unknown.length === 0;
    const { definitions, urns } = definitionsOf(read.filter(isKnown), brokerVersion);
    return {
        parsed: parseDefinitions(documentOf(definitions)),
        unknownResources: read.filter((each) => !isKnown(each)),
        ownerOf: ([list, index] = []) => urns[String(list)]?.[Number(index)],
    };
}

interface ReadResource {
    readonly objects: readonly DeclaredObject[];
    readonly unknown: readonly string[];
}

function readResource({ type, props }: StackResource): ReadResource {
    const keys = readKeys(type) ?? [];
    const parts = keys.filter((key) => key in props).map((key) => [key, knownValue(props, key)] as const);
    if (parts.length === 0) {
        // The engine gives no properties of a resource if its provider could not be queried.
        return { objects: [], unknown: keys };
    }
    const values = Object.fromEntries(parts.map(([key, { value }]) => [key, value]));
    return {
        objects: declaredObjects(type, values),
        unknown: parts.flatMap(([, { unknown }]) => unknown),
    };
}

interface Declared extends ReadResource {
    readonly resource: StackResource;
}

/** The definitions that a broker would export, and the resource that declares each object. */
function definitionsOf(
    declared: readonly Declared[],
    brokerVersion: BrokerVersion | undefined,
): { readonly definitions: JsonObject; readonly urns: Readonly<Record<string, readonly string[]>> } {
    const objects = declared.flatMap(({ resource, objects }) =>
        objects.map((each) => ({ ...each, urn: resource.urn })),
    );
    const inList = groupLookup(objects, ({ list }) => list);
    const names = new Set(objects.map(({ list }) => list));
    const listed = <T>(of: (each: (typeof objects)[number]) => T): Readonly<Record<string, readonly T[]>> =>
        Object.fromEntries([...names].map((list) => [list, inList(list).map(of)]));
    const lists = listed(({ object }) => object);
    const { vhosts, queues = [] } = lists;
    // Every broker has it without a declaration.
    const isDefaultUsed =
        objects.some(({ object }) => object["vhost"] === defaultVhost) &&
        vhosts?.every(({ name }) => name !== defaultVhost);
    return {
        definitions: {
            ...lists,
            queues,
            ...(vhosts !== undefined && {
                vhosts: [...vhosts, ...(isDefaultUsed === true ? [{ name: defaultVhost }] : [])],
            }),
            ...(brokerVersion !== undefined && { rabbit_version: brokerVersion }),
        },
        urns: listed(({ urn }) => urn),
    };
}
