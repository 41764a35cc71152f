import type { Topology, User, Vhost } from "../../model/index.ts";
import { compareText } from "../../text/names.ts";
import { type ChangedObject, objectId } from "./change.ts";
import { objectOf } from "./comparedObject.ts";

/** The lists of objects that a broker stores. */
type BrokerList = Exclude<keyof typeof objectOf, "services" | "retries">;

/** What an import of definitions does with an object that exists already. It creates a missing one, and never deletes any. */
type ImportRule = "updated" | "kept";

/**
 * Measured with `POST /api/definitions` of RabbitMQ 4.0.5 and 4.3.6: a queue or exchange that exists is skipped without an error, also with
 * another type or other arguments; a binding has no fields besides its identity.
 */
export const importRules: Readonly<Record<BrokerList, ImportRule>> = {
    vhosts: "updated",
    exchanges: "kept",
    queues: "kept",
    bindings: "kept",
    policies: "updated",
    operatorPolicies: "updated",
    users: "updated",
    permissions: "updated",
    topicPermissions: "updated",
};

/** Something that the head declares otherwise, and that an import does not carry out. */
export interface IgnoredChange {
    readonly object: ChangedObject;
    /** `keeps its former settings`, `is not deleted`. */
    readonly text: string;
}

/** What a broker has after an import of definitions, and what the import ignored. */
export interface ImportedTopology {
    readonly topology: Topology;
    /** By object. */
    readonly ignored: readonly IgnoredChange[];
}

/** Imports the head's definitions into a broker that has the base's. */
export function importedTopology(before: Topology, after: Topology): ImportedTopology {
    const ignored: IgnoredChange[] = [];
    const merged = <T extends object>(
        list: BrokerList,
        [entriesBefore, entriesAfter]: readonly [readonly T[], readonly T[]],
        objectOfEach: (each: T) => ChangedObject,
        update: (before: T, after: T) => T = (_, now) => now,
    ): readonly T[] => {
        const idOf = (each: T): string => objectId(objectOfEach(each));
        const declared = new Map(entriesAfter.map((each) => [idOf(each), each]));
        const existing = new Set(entriesBefore.map(idOf));
        const kept = entriesBefore.map((each) => {
            const now = declared.get(idOf(each));
            const object = objectOfEach(each);
            if (now === undefined) {
                ignored.push({ object, text: "is not deleted" });
                return each;
            }
            if (importRules[list] === "updated") {
                return update(each, now);
            }
            if (brokerFields(each) !== brokerFields(now)) {
                ignored.push({ object, text: "exists already and keeps its former settings" });
            }
            return { ...each, ...programFields(now) };
        });
        return [...kept, ...entriesAfter.filter((each) => !existing.has(idOf(each)))];
    };
    const topology: Topology = {
        ...after,
        vhosts: merged("vhosts", [before.vhosts, after.vhosts], objectOf.vhosts, updatedVhost),
        exchanges: merged("exchanges", [before.exchanges, after.exchanges], objectOf.exchanges),
        queues: merged("queues", [before.queues, after.queues], objectOf.queues),
        bindings: merged("bindings", [before.bindings, after.bindings], objectOf.bindings),
        policies: merged("policies", [before.policies, after.policies], objectOf.policies),
        operatorPolicies: merged(
            "operatorPolicies",
            [before.operatorPolicies, after.operatorPolicies],
            objectOf.operatorPolicies,
        ),
        users: merged("users", [before.users, after.users], objectOf.users, updatedUser),
        permissions: merged("permissions", [before.permissions, after.permissions], objectOf.permissions),
        topicPermissions: merged(
            "topicPermissions",
            [before.topicPermissions, after.topicPermissions],
            objectOf.topicPermissions,
        ),
    };
    return { topology, ignored: ignored.sort((a, b) => compareText(objectId(a.object), objectId(b.object))) };
}

/** Limits are replaced together; without any in the file they stay. */
function updatedVhost(before: Vhost, after: Vhost): Vhost {
    const limits = hasEntries(after.limits) ? after.limits : before.limits;
    return { ...after, ...(limits !== undefined && { limits }) };
}

/** Each limit is set by itself; one that the file does not name stays. */
function updatedUser(before: User, after: User): User {
    const limits = { ...before.limits, ...after.limits };
    return { ...after, ...(hasEntries(limits) && { limits }) };
}

function hasEntries(table: object | undefined): boolean {
    return table !== undefined && Object.keys(table).length > 0;
}

/** The fields of queues that exist only in the program. */
const programKeys = ["retain", "purpose"];

function programFields(each: object): object {
    return Object.fromEntries(Object.entries(each).filter(([key]) => programKeys.includes(key)));
}

function brokerFields(each: object): string {
    return JSON.stringify(
        Object.entries(each)
            .filter(([key]) => !programKeys.includes(key))
            .sort(([a], [b]) => compareText(a, b)),
    );
}
