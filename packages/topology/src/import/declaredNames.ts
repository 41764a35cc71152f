import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { pushTo } from "../lookup/groups.ts";
import { builtInExchange, builtInExchanges } from "../model/builtInExchange.ts";
import { objectKey } from "../model/index.ts";
import { isReservedName } from "../text/nameProblem.ts";
import { suggestName } from "../text/names.ts";
import { hasPlugin, type KnownBroker, type Presence } from "./knownBroker.ts";

/** Something that objects refer to by its name. */
interface Named {
    readonly has: (name: string) => Presence;
    readonly suggest: (name: string) => string;
}

/** Something in a virtual host that objects refer to by its name. */
interface NamedInVhost {
    readonly has: (vhost: string, name: string) => Presence;
    readonly suggest: (vhost: string, name: string) => string;
    /** As the file declares it; an exchange that every virtual host has, with its type. */
    readonly find: (vhost: string, name: string) => JsonObject | undefined;
    /** Takes note of those that the import creates; until then it is taken to create all. */
    readonly create: (keys: ReadonlySet<string>) => void;
}

/** Which objects are there when an import comes to what refers to them. */
export interface DeclaredNames {
    readonly users: Named;
    readonly vhosts: Named;
    readonly exchanges: NamedInVhost;
    readonly queues: NamedInVhost;
    /** Fields of a virtual host, if the file declares it. */
    readonly vhostNamed: (name: string) => JsonObject | undefined;
}

/** @param onlyVhost the virtual host that everything goes to, also where objects name another */
export function declaredNames(
    definitions: JsonObject,
    broker: KnownBroker,
    onlyVhost: string | undefined,
): DeclaredNames {
    const vhostsOfFile = onlyVhost === undefined ? objectsOf(definitions, "vhosts") : [{ name: onlyVhost }];
    return {
        users: named(definitions, "users", objectsOf(definitions, "users"), broker.users, "guest"),
        vhosts: named(definitions, "vhosts", vhostsOfFile, broker.vhosts, "/"),
        exchanges: namedInVhost(definitions, "exchanges", broker, onlyVhost),
        queues: namedInVhost(definitions, "queues", broker, onlyVhost),
        vhostNamed: (name) => vhostsOfFile.findLast((each) => each["name"] === name),
    };
}

function objectsOf(definitions: JsonObject, list: string): readonly JsonObject[] {
    const elements = definitions[list];
    return Array.isArray(elements) ? elements.filter(isObject) : [];
}

/**
 * A file without the list of such objects is a part of a broker's definitions, to be imported where they are; a file with the list may still
 * refer to what every new broker has.
 */
function named(
    definitions: JsonObject,
    list: string,
    objects: readonly JsonObject[],
    known: readonly string[] | undefined,
    ofNewBroker: string,
): Named {
    const declared = new Set(objects.map(({ name }) => name));
    const has = (name: string): Presence => {
        if (declared.has(name) || known?.includes(name) === true) {
            return true;
        }
        return known === undefined && (!(list in definitions) || name === ofNewBroker) ? undefined : false;
    };
    const candidates = [...declared].filter((each) => typeof each === "string");
    const kind = list === "users" ? "user" : "virtual host";
    return {
        has,
        suggest: (name) =>
            suggestName(name, candidates, `declare the ${kind} in "${list}", or remove the object`),
    };
}

function namedInVhost(
    definitions: JsonObject,
    list: "exchanges" | "queues",
    broker: KnownBroker,
    onlyVhost: string | undefined,
): NamedInVhost {
    const isPart = broker.hasObjects !== false && !(list in definitions);
    const declared = new Map<string, JsonObject>();
    const namesOf = new Map<string, string[]>();
    for (const object of objectsOf(definitions, list)) {
        const { name } = object;
        const vhost = onlyVhost ?? object["vhost"];
        if (typeof vhost === "string" && typeof name === "string" && !isReservedName(name)) {
            const key = objectKey({ vhost, name });
            // Of several with one name the first is created, and the others are passed over.
            if (!declared.has(key)) {
                declared.set(key, object);
                pushTo(namesOf, vhost, name);
            }
        }
    }
    let created: ReadonlySet<string> | undefined;
    /** Whether the broker has an exchange that a file need not declare. */
    const isBuiltIn = (name: string): Presence => {
        const exchange = list === "exchanges" ? builtInExchanges.get(name) : undefined;
        if (exchange?.needs === undefined) {
            return exchange !== undefined;
        }
        return "plugin" in exchange.needs
            ? hasPlugin(broker, exchange.needs.plugin)
            : broker.hasObjects === false
              ? false
              : undefined;
    };
    const builtIn = (vhost: string, name: string): JsonObject | undefined => {
        const exchange = list === "exchanges" ? builtInExchange(vhost, name) : undefined;
        return exchange === undefined ? undefined : { name, type: exchange.type };
    };
    return {
        find: (vhost, name) => declared.get(objectKey({ vhost, name })) ?? builtIn(vhost, name),
        has: (vhost, name) => {
            const key = objectKey({ vhost, name });
            return declared.has(key) && created?.has(key) !== false
                ? true
                : isPart
                  ? isBuiltIn(name) || undefined
                  : isBuiltIn(name);
        },
        suggest: (vhost, name) =>
            needOf(list, name) ??
            suggestName(name, namesOf.get(vhost) ?? [], `declare it in "${list}", or remove the object`),
        create: (keys) => {
            created = keys;
        },
    };
}

/** What to do for an exchange that only some brokers have. */
function needOf(list: "exchanges" | "queues", name: string): string | undefined {
    const needs = list === "exchanges" ? builtInExchanges.get(name)?.needs : undefined;
    return needs === undefined
        ? undefined
        : "plugin" in needs
          ? `enable the plugin: rabbitmq-plugins enable ${needs.plugin}`
          : `set ${needs.setting} in rabbitmq.conf`;
}
