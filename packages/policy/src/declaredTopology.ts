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

/** A resource, as far as it is judged. */
export interface JudgedResource {
    /** Such as `rabbitmq:index/queue:Queue`. */
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** A value that is not known yet throws when it is read. */
    readonly props: Readonly<Record<string, unknown>>;
    readonly provider?: { readonly urn: string };
}

/** A resource of which a value is not known before it is applied. */
export interface UndecidedResource {
    readonly resource: JudgedResource;
    /** The paths of the values. */
    readonly unknown: readonly string[];
}

/** What the resources of one broker declare. */
export interface DeclaredTopology {
    /** Of the resources that are known. */
    readonly parsed: ParsedTopology;
    readonly undecided: readonly UndecidedResource[];
    /** The URN of the resource that an object is declared by, by the object's path in what was parsed. */
    readonly ownerOf: (path: JsonPath | undefined) => string | undefined;
}

/**
 * Reads resources as the definitions that a broker would export after them, so that they are read like anybody's definitions.
 * @param brokerVersion `undefined`: the newest that is known
 */
export function declaredTopology(
    resources: readonly JudgedResource[],
    brokerVersion: BrokerVersion | undefined,
): DeclaredTopology {
    const read = resources.map((resource) => ({ resource, ...readResource(resource) }));
    const isKnown = ({ unknown }: ReadResource): boolean => unknown.length === 0;
    const { definitions, urns } = definitionsOf(read.filter(isKnown), brokerVersion);
    return {
        parsed: parseDefinitions(documentOf(definitions)),
        undecided: read.filter((each) => !isKnown(each)),
        ownerOf: ([list, index] = []) => urns[String(list)]?.[Number(index)],
    };
}

interface ReadResource {
    readonly objects: readonly DeclaredObject[];
    readonly unknown: readonly string[];
}

function readResource({ type, props }: JudgedResource): ReadResource {
    const keys = readKeys(type) ?? [];
    const parts = keys.filter((key) => key in props).map((key) => [key, knownValue(props, key)] as const);
    if (parts.length === 0) {
        // Of a resource that a provider could not be asked about, the engine says nothing at all.
        return { objects: [], unknown: keys };
    }
    const values = Object.fromEntries(parts.map(([key, { value }]) => [key, value]));
    return {
        objects: declaredObjects(type, values),
        unknown: parts.flatMap(([, { unknown }]) => unknown),
    };
}

interface Declared extends ReadResource {
    readonly resource: JudgedResource;
}

/** The definitions that a broker would export after all of it, and by whom each object is declared. */
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
    // Every broker has it, and no stack needs to declare it.
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
