import { queueTypeNamed, queueTypeNameOf } from "../definitions/definitionsFields.ts";
import type { JsonDocument } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { type InVhost, objectKey, type Topology } from "../model/index.ts";
import { exchangePlace, queuePlace } from "../text/place.ts";
import { shown } from "../text/shown.ts";
import type { LeftOut } from "./leftOut.ts";

/**
 * Leaves out the exchanges and queues whose type a topology cannot name: it describes such an exchange with another type, and such a queue as a
 * classic one.
 */
export function withoutUnknownTypes(
    topology: Topology,
    definitions: JsonDocument | undefined,
): { readonly topology: Topology; readonly left: readonly LeftOut[] } {
    const exported = isObject(definitions?.value) ? definitions.value : {};
    const typesIn = (list: string, typeOf: (each: JsonObject) => unknown): ReadonlyMap<string, unknown> =>
        new Map(
            (Array.isArray(exported[list]) ? (exported[list] as unknown[]) : [])
                .filter(isObject)
                .map((each) => [keyOf(each, exported["vhost"]), typeOf(each)]),
        );
    const exchangeTypes = typesIn("exchanges", ({ type }) => type);
    const queueTypes = typesIn("queues", queueTypeNameOf);
    const exchanges = topology.exchanges.filter((each) => {
        const type = exchangeTypes.get(objectKey(each));
        return type !== undefined && type !== each.type;
    });
    const queues = topology.queues.filter((each) => {
        const type = queueTypes.get(objectKey(each));
        return type !== undefined && type !== null && queueTypeNamed(type) !== each.type;
    });
    const without = <T extends InVhost>(objects: readonly T[], left: readonly T[]): readonly T[] =>
        left.length === 0 ? objects : objects.filter((each) => !left.includes(each));
    return {
        topology: {
            ...topology,
            exchanges: without(topology.exchanges, exchanges),
            queues: without(topology.queues, queues),
        },
        left: [
            ...exchanges.map((each) => unknownType(exchangePlace(each), exchangeTypes.get(objectKey(each)))),
            ...queues.map((each) => unknownType(queuePlace(each), queueTypes.get(objectKey(each)))),
        ],
    };
}

function keyOf({ vhost, name }: JsonObject, onlyVhost: unknown): string {
    return JSON.stringify([vhost ?? onlyVhost, name]);
}

function unknownType(place: string, type: unknown): LeftOut {
    return { place, message: `has the type ${shown(type)}, which a program cannot declare` };
}
