import { canonical } from "./definitions.ts";
import { type DefinitionsList, definitionsFields, queueTypeNameOf, tagsOf } from "./definitionsFields.ts";
import { isObject, type JsonObject } from "./objectReader.ts";

/** The lists of definitions that a backup keeps. */
type PortableList = DefinitionsList | "global_parameters";

/** The fields that identify an object of each list, in the order in which objects depend on each other. */
const identities: Readonly<Record<PortableList, readonly string[]>> = {
    global_parameters: ["name"],
    users: ["name"],
    vhosts: ["name"],
    permissions: ["vhost", "user"],
    topic_permissions: ["vhost", "user", "exchange"],
    parameters: ["vhost", "component", "name"],
    policies: ["vhost", "name"],
    queues: ["vhost", "name"],
    exchanges: ["vhost", "name"],
    bindings: ["vhost", "source", "destination", "destination_type", "routing_key", "arguments"],
};

/** An import changes these; queues, exchanges and bindings stay as they are (measured with 4.0.5 and 4.3.6). */
const changed: ReadonlySet<PortableList> = new Set<PortableList>([
    "global_parameters",
    "users",
    "vhosts",
    "permissions",
    "topic_permissions",
    "parameters",
    "policies",
]);

/** Parameters that identify a cluster. Two clusters with the same ones would be taken for one. */
const ofOneCluster: ReadonlySet<unknown> = new Set(["internal_cluster_id", "cluster_name", "cluster_tags"]);

/** Definitions that another broker can import: lists of objects, without what belongs to one cluster or is made by every broker. */
export type PortableDefinitions = Readonly<Record<PortableList, readonly JsonObject[]>>;

/** An object that two definitions do not have alike. */
export interface DefinitionsDifference {
    readonly list: PortableList;
    /** In words, such as `vhost "shop": queue "orders"`. */
    readonly object: string;
    /** `missing`: only the first has it. `different`: both have it, with other fields. `stray`: only the second has it. */
    readonly state: "missing" | "different" | "stray";
    /** The fields that differ. A password is a field; its value is not shown. Empty unless `different`. */
    readonly fields: readonly string[];
    /** Whether an import of the first definitions would change the object of the second. */
    readonly isReplaced: boolean;
    /** The object as the first definitions have it. @default - it is a stray */
    readonly entry?: JsonObject;
}

/** Keeps what another broker can import. Other input than definitions has no objects. */
export function portableDefinitions(definitions: Readonly<Record<string, unknown>>): PortableDefinitions {
    const listOf = (list: PortableList | "operator_policies"): readonly JsonObject[] => {
        const given = definitions[list];
        return Array.isArray(given) ? given.filter(isObject) : [];
    };
    const isBuiltIn = ({ name }: JsonObject): boolean =>
        name === "" || (typeof name === "string" && name.startsWith("amq."));
    const exchanges = listOf("exchanges").filter((each) => !isBuiltIn(each));
    const queues = listOf("queues");
    const objectsOf = (list: readonly JsonObject[]): ReadonlySet<string> =>
        new Set(list.map(({ vhost, name }) => JSON.stringify([vhost, name])));
    const [queueNames, exchangeNames] = [objectsOf(queues), objectsOf(listOf("exchanges"))];
    return {
        global_parameters: listOf("global_parameters").filter(({ name }) => !ofOneCluster.has(name)),
        users: listOf("users"),
        vhosts: listOf("vhosts"),
        permissions: listOf("permissions"),
        topic_permissions: listOf("topic_permissions"),
        parameters: listOf("parameters"),
        policies: listOf("policies"),
        queues,
        exchanges,
        // Every queue has one with the default exchange. Brokers before 4.3 also list those of exclusive queues, which they do not export.
        bindings: listOf("bindings")
            .filter(({ source }) => source !== "")
            .filter(({ vhost, destination, destination_type: type }) =>
                (type === "queue" ? queueNames : exchangeNames).has(JSON.stringify([vhost, destination])),
            ),
    };
}

/** How two definitions differ, in the order of the lists. */
export function differencesOf(
    before: PortableDefinitions,
    after: PortableDefinitions,
): readonly DefinitionsDifference[] {
    return lists.flatMap((list): readonly DefinitionsDifference[] => {
        const other = new Map(after[list].map((each) => [identityOf(list, each), each]));
        const own = before[list].map((each) => [identityOf(list, each), each] as const);
        const known = new Set(own.map(([identity]) => identity));
        return [
            ...own.flatMap(([identity, entry]): readonly DefinitionsDifference[] => {
                const found = other.get(identity);
                const common = { list, object: objectText(list, entry), entry };
                if (found === undefined) {
                    return [{ ...common, state: "missing", fields: [], isReplaced: false }];
                }
                const fields = differentFields(list, entry, found);
                return fields.length === 0
                    ? []
                    : [{ ...common, state: "different", fields, isReplaced: changed.has(list) }];
            }),
            ...[...other]
                .filter(([identity]) => !known.has(identity))
                .map(([, each]) => ({
                    list,
                    object: objectText(list, each),
                    state: "stray" as const,
                    fields: [],
                    isReplaced: false,
                })),
        ];
    });
}

const lists = Object.keys(identities) as readonly PortableList[]; // the keys of a record of them

function fieldsOf(list: PortableList): readonly string[] {
    if (list === "global_parameters") {
        return ["name", "value"];
    }
    return list === "users"
        ? [...definitionsFields.users, "password_hash", "hashing_algorithm"]
        : definitionsFields[list];
}

function identityOf(list: PortableList, each: JsonObject): string {
    return JSON.stringify(identities[list].map((key) => comparable(list, each, key)));
}

function differentFields(list: PortableList, one: JsonObject, other: JsonObject): readonly string[] {
    return fieldsOf(list).filter(
        (key) => JSON.stringify(comparable(list, one, key)) !== JSON.stringify(comparable(list, other, key)),
    );
}

/** A field as text can compare it: brokers write empty tables as lists, tags as text, and leave out what is the default. */
function comparable(list: PortableList, each: JsonObject, key: string): unknown {
    const value = each[key];
    switch (key) {
        case "tags":
            return [...tagsOf(value)].sort();
        case "type":
            return list === "queues" ? (queueTypeNameOf(each) ?? "classic") : value;
        case "internal":
            return value ?? false;
        case "hashing_algorithm":
            return value ?? "rabbit_password_hashing_sha256";
        case "metadata": {
            const { description, tags, default_queue_type: type } = isObject(value) ? value : {};
            return [description ?? "", [...tagsOf(tags)].sort(), typeNamed(type)];
        }
        case "default_queue_type":
            return undefined; // in metadata too
        case "arguments": {
            const { "x-queue-type": type, ...others } = isObject(value) ? value : {};
            return canonical(
                list === "queues" || type === undefined ? others : { ...others, "x-queue-type": type },
            );
        }
        case "definition":
        case "limits":
        case "value":
            return canonical(Array.isArray(value) && value.length === 0 ? {} : value);
        default:
            return value;
    }
}

function typeNamed(type: unknown): unknown {
    return type === "undefined" || type === null ? undefined : type;
}

const nouns: Readonly<Record<PortableList, string>> = {
    global_parameters: "global parameter",
    users: "user",
    vhosts: "virtual host",
    permissions: "permissions of user",
    topic_permissions: "topic permissions of user",
    parameters: "parameter",
    policies: "policy",
    queues: "queue",
    exchanges: "exchange",
    bindings: "binding",
};

function objectText(list: PortableList, each: JsonObject): string {
    const text = (key: string): string => String(each[key]);
    const place = typeof each["vhost"] === "string" && list !== "vhosts" ? `vhost "${text("vhost")}": ` : "";
    const thing =
        list === "bindings"
            ? `of ${text("destination_type")} "${text("destination")}" to exchange "${text("source")}" with "${text("routing_key")}"`
            : list === "permissions"
              ? `"${text("user")}"`
              : list === "topic_permissions"
                ? `"${text("user")}" for exchange "${text("exchange")}"`
                : list === "parameters"
                  ? `"${text("name")}" of ${text("component")}`
                  : `"${text("name")}"`;
    return `${place}${nouns[list]} ${thing}`;
}
