import type { JsonDocument } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { objectKey } from "../model/index.ts";
import { checkBinding } from "./bindings.ts";
import { type DeclaredNames, declaredNames } from "./declaredNames.ts";
import { checkExchange } from "./exchanges.ts";
import { describeValue, type ImportFile, type ImportProblem, importFile } from "./importFile.ts";
import { type ImportObject, importObject } from "./importObject.ts";
import type { KnownBroker } from "./knownBroker.ts";
import { checkGlobalParameter, checkParameter } from "./parameters.ts";
import { checkPermission, checkTopicPermission } from "./permissions.ts";
import { checkPolicy } from "./policies.ts";
import { checkQueue } from "./queues.ts";
import type { Release } from "./release.ts";
import { checkRepeatedUser, checkUser } from "./users.ts";
import { checkVhost } from "./vhosts.ts";

/** Where definitions go, and how. */
export interface ImportTarget extends Release {
    /** The virtual host of `POST /api/definitions/VHOST`. @default - the whole cluster: `POST /api/definitions` */
    readonly vhost?: string;
    /** Whether only the objects of that virtual host are imported, not those that name another. @default false */
    readonly isPart?: boolean;
    /** What is known of the broker. @default - nothing */
    readonly broker?: KnownBroker;
}

type ObjectCheck = (object: ImportObject, names: DeclaredNames) => void;

/** In the order in which the broker imports them. */
const clusterLists: readonly (readonly [string, ObjectCheck])[] = [
    ["users", checkUser],
    ["vhosts", checkVhost],
    ["permissions", checkPermission],
    ["exchanges", checkExchange],
    ["topic_permissions", checkTopicPermission],
    ["global_parameters", checkGlobalParameter],
    ["policies", checkPolicy],
    ["parameters", checkParameter],
    ["queues", checkQueue],
    ["bindings", checkBinding],
];

const vhostKeys = ["exchanges", "parameters", "policies", "queues", "bindings"];
const vhostLists = vhostKeys.flatMap((key) => clusterLists.filter(([list]) => list === key));

/** The broker does not change a queue and an exchange that is there already. */
const firstStays = new Set(["queues", "exchanges"]);

/** Lists whose elements the broker looks through before it imports anything; of others it passes over what is not an object. */
const searchedLists = { cluster: ["queues", "exchanges", "bindings"], vhost: ["queues"] };

/**
 * Every reason for which a broker refuses to import definitions, and every object that it leaves out. Nothing where it takes the file.
 *
 * The broker stops at the first error and keeps what it imported until then; here all are reported. Not checked: the limits of a broker that
 * has objects already, the selectors of JMS exchanges, and the credentials that a validator of the broker wants.
 * @see https://www.rabbitmq.com/docs/definitions#import
 */
export function importProblems(document: JsonDocument, target: ImportTarget): readonly ImportProblem[] {
    const { broker = {}, vhost, isPart = false } = target;
    const { value, indexOf } = isPart
        ? partOf(document.value, vhost)
        : { value: document.value, indexOf: undefined };
    const file = importFile(document, target, broker, indexOf);
    if (!isObject(value)) {
        return [
            {
                outcome: "refused",
                place: "definitions",
                message: `are ${describeValue(value)}`,
                fix: 'give an object with lists such as "queues"',
                path: [],
            },
        ];
    }
    const names = declaredNames(value, broker, vhost);
    for (const [list, checkObject] of vhost === undefined ? clusterLists : vhostLists) {
        const created = new Set<string>();
        checkList(file, value, list, vhost, (object) => {
            const { name, vhost: own } = object.object;
            const key =
                typeof name !== "string"
                    ? undefined
                    : list === "users"
                      ? name
                      : typeof own === "string"
                        ? objectKey({ vhost: own, name })
                        : undefined;
            const isPassedOver = firstStays.has(list) && key !== undefined && created.has(key);
            if (isPassedOver) {
                return;
            }
            checkObject(object, names);
            if (list === "users" && key !== undefined && broker.users?.includes(key) !== true) {
                checkRepeatedUser(object, created);
            }
            if (key !== undefined && !object.isLeftOut()) {
                created.add(key);
            }
        });
        if (list === "queues") {
            names.queues.create(created);
        }
    }
    return file.all();
}

function checkList(
    file: ImportFile,
    definitions: JsonObject,
    list: string,
    vhost: string | undefined,
    checkObject: (object: ImportObject) => void,
): void {
    const elements = definitions[list];
    if (elements === undefined) {
        return;
    }
    if (!Array.isArray(elements)) {
        file.add({
            outcome: "refused",
            message: `is ${describeValue(elements)}`,
            fix: "give a list",
            path: [list],
        });
        return;
    }
    for (const [index, element] of (elements as readonly unknown[]).entries()) {
        const path = [list, index];
        if (isObject(element)) {
            checkObject(importObject(file, vhost === undefined ? element : { ...element, vhost }, path));
        } else if (searchedLists[vhost === undefined ? "cluster" : "vhost"].includes(list)) {
            file.add({
                outcome: "refused",
                message: `is ${describeValue(element)}`,
                fix: "give an object",
                path,
            });
        }
    }
}

/** The objects of a virtual host, and their indices in the whole definitions. */
function partOf(
    definitions: unknown,
    vhost: string | undefined,
): { readonly value: unknown; readonly indexOf: (list: string, index: number) => number } {
    const indices = new Map<string, readonly number[]>();
    const value = isObject(definitions)
        ? Object.fromEntries(
              Object.entries(definitions).map(([list, elements]) => {
                  if (!vhostKeys.includes(list) || !Array.isArray(elements)) {
                      return [list, elements];
                  }
                  const inside = elements.flatMap((each: unknown, index) =>
                      isObject(each) && each["vhost"] !== undefined && each["vhost"] !== vhost ? [] : [index],
                  );
                  indices.set(list, inside);
                  return [list, inside.map((index): unknown => elements[index])];
              }),
          )
        : definitions;
    return { value, indexOf: (list, index) => indices.get(list)?.[index] ?? index };
}
