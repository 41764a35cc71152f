import { type BrokerObject, brokerKey } from "../../src/migrate/brokerObjects.ts";
import type { BrokerStep } from "../../src/migrate/brokerSteps.ts";
import type { Topology } from "../../src/model/index.ts";

type Objects = ReadonlyMap<string, BrokerObject>;

/** The states of a broker during a step: one, or three for a replacement. A deleted queue or exchange takes its bindings along. */
export function statesDuring(objects: Objects, { action, object }: BrokerStep): readonly Objects[] {
    const put = (on: Objects): Objects => new Map(on).set(brokerKey(object), object);
    switch (action) {
        case "put":
            return [put(objects)];
        case "delete":
            return [without(objects, object)];
        case "replace": {
            const rest = without(objects, object);
            return [rest, put(rest)];
        }
    }
}

function without(objects: Objects, object: BrokerObject): Objects {
    const isEnd = (each: BrokerObject): boolean => {
        if (each.kind !== "binding" || (object.kind !== "queue" && object.kind !== "exchange")) {
            return false;
        }
        const { vhost, source, destination, destinationType } = each.noun;
        const { vhost: place, name } = object.noun;
        return (
            vhost === place &&
            ((object.kind === "exchange" && source === name) ||
                (destinationType === object.kind && destination === name))
        );
    };
    return new Map([...objects].filter(([key, each]) => key !== brokerKey(object) && !isEnd(each)));
}

/** The topology of these objects. */
export function topologyOfObjects(objects: Objects, { brokerVersion }: Topology): Topology {
    const all = [...objects.values()];
    return {
        brokerVersion,
        vhosts: all.flatMap((each) => (each.kind === "vhost" ? [each.noun] : [])),
        exchanges: all.flatMap((each) => (each.kind === "exchange" ? [each.noun] : [])),
        queues: all.flatMap((each) => (each.kind === "queue" ? [each.noun] : [])),
        bindings: all.flatMap((each) => (each.kind === "binding" ? [each.noun] : [])),
        policies: all.flatMap((each) => (each.kind === "policy" ? [each.noun] : [])),
        operatorPolicies: all.flatMap((each) => (each.kind === "operator policy" ? [each.noun] : [])),
        users: [],
        permissions: [],
        topicPermissions: [],
        services: [],
        retries: [],
    };
}
