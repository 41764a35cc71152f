import { builtInExchanges } from "../model/builtInExchange.ts";
import {
    type ArgumentValue,
    bindingKey,
    type GlobalParameter,
    objectKey,
    type Parameter,
    type Policy,
    parameterKey,
    type Topology,
    type User,
    type Vhost,
} from "../model/index.ts";
import { isReservedName } from "../text/nameProblem.ts";
import { redactValue } from "../text/redaction.ts";
import { shown } from "../text/shown.ts";
import { type Digest, reportCredentials } from "./credentials.ts";
import type { DefinitionsContext } from "./definitionsContext.ts";
import { type DefinitionsList, definitionsFields, ignoredFields } from "./definitionsFields.ts";
import {
    readBinding,
    readExchange,
    readPermission,
    readPolicy,
    readQueue,
    readTopicPermission,
    readUser,
    readVhost,
} from "./definitionsObjects.ts";
import { onlyVhostOf, reportShape, reportTextProblems } from "./definitionsShape.ts";
import { exportedVersion } from "./exportedVersion.ts";
import { importedDuplicates } from "./importedDuplicate.ts";
import { type InputProblems, inputProblems } from "./inputProblem.ts";
import type { JsonDocument } from "./jsonDocument.ts";
import { isObject, type JsonObject, type ObjectReader, objectReader, placeAt } from "./objectReader.ts";
import { origins } from "./origins.ts";
import type { ParsedTopology } from "./parsedTopology.ts";
import { type StoredPolicy, storedIdentity, storedParameter } from "./storedParameter.ts";

/** How to read definitions. */
export interface DefinitionsOptions {
    /** Whether a broker has just exported them: what a binding leads to exists, although exclusive queues are not exported. @default false */
    readonly isLive?: boolean;
    /** Computes digests, to find well-known passwords. @default - hashes are not compared with them */
    readonly digest?: Digest;
}

/**
 * Reads the exported definitions of any broker, or of one virtual host. Unreadable objects are omitted and reported: a caller must not check the
 * topology if there is a problem of the rule "unreadable".
 * @see https://www.rabbitmq.com/docs/definitions
 */
export function parseDefinitions(
    document: JsonDocument,
    { isLive = false, digest }: DefinitionsOptions = {},
): ParsedTopology {
    const problems = inputProblems();
    const found = origins();
    const exported = isObject(document.value) ? document.value : {};
    reportTextProblems(document, problems);
    reportShape(document.value, problems);
    reportCredentials(exported, problems, { isLive, ...(digest !== undefined && { digest }) });
    const onlyVhost = onlyVhostOf(exported, problems);
    const brokerVersion = exportedVersion(exported, problems);

    /** The readable objects of a list, without duplicates. */
    const each = <T>(
        list: DefinitionsList,
        read: (reader: ObjectReader, context: DefinitionsContext) => T | undefined,
        identify: (item: T) => string,
        key: string = list,
    ): readonly T[] => {
        const items = new Map<string, { readonly item: T; readonly place: string }>();
        for (const reader of readers(exported, list, key, problems)) {
            const item = read(reader, context);
            if (item === undefined || reader.isInvalid()) {
                continue;
            }
            const identity = identify(item);
            const first = items.get(identity);
            if (first === undefined) {
                items.set(identity, { item, place: reader.place });
                found.add(list, item, reader.path);
            } else {
                const isSame = JSON.stringify(first.item) === JSON.stringify(item);
                const { checked, text } = importedDuplicates[list];
                if (!isSame && checked === "last") {
                    items.set(identity, { item, place: first.place });
                    found.add(list, item, reader.path);
                }
                problems.add({
                    rule: "repeatedObject",
                    ...(isSame && { severity: "warning" }),
                    place: reader.place,
                    message: `is a duplicate of ${first.place}${isSame ? "" : " with other settings"}`,
                    fix: isSame && list !== "users" ? "keep one of them" : `keep one of them; ${text}`,
                    path: reader.path,
                });
            }
        }
        return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { item }]) => item);
    };

    let context: DefinitionsContext = { problems, onlyVhost, vhosts: new Map() };
    const declared = each("vhosts", readVhost, ({ name }) => name);
    context = { ...context, vhosts: new Map(declared.map((vhost) => [vhost.name, vhost])) };
    if (onlyVhost !== undefined && !context.vhosts.has(onlyVhost)) {
        // The export of one virtual host has the virtual host's fields at the top level.
        const self = readVhost(objectReader({ ...exported, name: onlyVhost }, [], problems), context);
        context = { ...context, vhosts: new Map([[onlyVhost, self]]) };
    }
    const parameters = each("parameters", (reader) => storedParameter(reader, context), storedIdentity);
    const stored = (kind: StoredPolicy["kind"]): readonly Policy[] =>
        parameters.flatMap((parameter) => (parameter.kind === kind ? [parameter.policy] : []));
    const limits = new Map(
        parameters.flatMap((each) => (each.kind === "limits" ? [[each.vhost, each.limits]] : [])),
    );
    const withLimits = (each: Vhost): Vhost => {
        const ofVhost = limits.get(each.name);
        return ofVhost === undefined || Object.keys(ofVhost).length === 0
            ? each
            : { ...each, limits: ofVhost };
    };
    const operatorLists = ["operator_policies", "operator-policies"].flatMap((key) =>
        each("policies", readPolicy, objectKey, key),
    );
    const linked = parameters.flatMap((each) => (each.kind === "parameter" ? [each.parameter] : []));
    const globals = globalParametersOf(exported);
    const parts = {
        // The broker has these exchanges already, and an import does not change them.
        exchanges: each("exchanges", readExchange, objectKey).filter(
            ({ name }) => !builtInExchanges.has(name),
        ),
        queues: each("queues", readQueue, objectKey),
        // The default exchange's bindings are implicit; no broker accepts declarations of them.
        bindings: each("bindings", readBinding, bindingKey).filter(({ source }) => source !== ""),
        policies: [...each("policies", readPolicy, objectKey), ...stored("policy")].sort(byName),
        operatorPolicies: [...operatorLists, ...stored("operatorPolicy")].sort(byName),
    };
    const rights = {
        permissions: each("permissions", readPermission, ({ vhost, user }) => JSON.stringify([vhost, user])),
        topicPermissions: each("topic_permissions", readTopicPermission, ({ vhost, user, exchange }) =>
            JSON.stringify([vhost, user, exchange]),
        ),
    };
    return {
        topology: {
            brokerVersion,
            vhosts: ("vhosts" in exported
                ? declared
                : impliedVhosts(context, [
                      ...Object.values(parts).flat(),
                      ...[...limits.keys()].map((vhost) => ({ vhost })),
                      ...linked,
                  ])
            ).map(withLimits),
            ...parts,
            ...(linked.length > 0 && { parameters: linked.toSorted(byParameterKey) }),
            ...(globals.length > 0 && { globalParameters: globals }),
            users: "users" in exported ? each("users", readUser, ({ name }) => name) : impliedUsers(rights),
            ...rights,
            services: [],
            retries: [],
            ...exclusiveQueues(parts, isLive),
        },
        problems: problems.all(),
        origins: found,
    };
}

/** Queues that bindings lead to and an export omits. In a file, only a name that the broker generated for a client shows such a queue. */
function exclusiveQueues(
    { queues, bindings }: Pick<Topology, "queues" | "bindings">,
    isLive: boolean,
): Pick<Topology, "exclusiveQueues"> {
    const known = new Set(queues.map(objectKey));
    const missing = new Map(
        bindings.flatMap(({ vhost, destination: name, destinationType }) => {
            const key = objectKey({ vhost, name });
            return destinationType === "queue" && !known.has(key) && (isLive || isReservedName(name))
                ? [[key, { vhost, name }] as const]
                : [];
        }),
    );
    return missing.size === 0 ? {} : { exclusiveQueues: [...missing.values()] };
}

function byParameterKey(a: Parameter, b: Parameter): number {
    return parameterKey(a) < parameterKey(b) ? -1 : 1;
}

/** How brokers describe themselves: it differs between any two. */
const ownParameters = ["cluster_name", "internal_cluster_id", "cluster_tags"];

function globalParametersOf({ global_parameters: list }: JsonObject): readonly GlobalParameter[] {
    const elements: readonly unknown[] = Array.isArray(list) ? list : [];
    return elements.flatMap((each) => {
        const { name, value } = isObject(each) ? each : {};
        return typeof name === "string" && value !== undefined && !ownParameters.includes(name)
            ? [{ name, value: redactValue(value) as ArgumentValue }] // a value of JSON
            : [];
    });
}

function byName(a: Policy, b: Policy): number {
    return objectKey(a) < objectKey(b) ? -1 : 1;
}

function* readers(
    exported: JsonObject,
    list: DefinitionsList,
    key: string,
    problems: InputProblems,
): Generator<ObjectReader> {
    const elements: readonly unknown[] = Array.isArray(exported[key]) ? exported[key] : [];
    const known = new Set<string>([...definitionsFields[list], ...(ignoredFields[list] ?? [])]);
    for (const [index, element] of elements.entries()) {
        const path = [key, index];
        if (!isObject(element)) {
            problems.add({
                rule: "unreadable",
                place: placeAt(path),
                message: `is ${shown(element)}`,
                fix: "expected an object",
                path,
            });
            continue;
        }
        const reader = objectReader(element, path, problems);
        for (const field of Object.keys(element).filter((each) => !known.has(each))) {
            problems.count({
                rule: "uncheckedContent",
                place: reader.place,
                message: `has the field "${field}", which no broker accepts`,
                fix: "correct or remove it; the checks ignore it",
                path: [...path, field],
            });
        }
        yield reader;
    }
}

/** Definitions without a list of users are imported where these exist. */
function impliedUsers({
    permissions,
    topicPermissions,
}: Pick<Topology, "permissions" | "topicPermissions">): readonly User[] {
    const names = new Set([...permissions, ...topicPermissions].map(({ user }) => user));
    return [...names].sort().map((name) => ({ name, tags: [] }));
}

/** Definitions without a list of virtual hosts are imported into existing ones. */
function impliedVhosts(
    { vhosts, onlyVhost }: DefinitionsContext,
    objects: readonly { readonly vhost: string }[],
): readonly Vhost[] {
    const names = [...new Set(objects.map(({ vhost }) => vhost))].sort();
    const implied = names.length === 0 && onlyVhost !== undefined ? [onlyVhost] : names;
    return implied.map((name) => vhosts.get(name) ?? { name });
}
