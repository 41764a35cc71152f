import { pushTo } from "../../lookup/groups.ts";
import { resourceRules } from "../changeRules/resource.ts";
import { objectId } from "../compare/change.ts";
import type { UnintendedDeletion } from "../unintendedDeletion.ts";
import type { EngineObject } from "./brokerObjects.ts";
import type { EngineStep, Operation } from "./step.ts";

/** What all steps of the engine together do to one object of the broker. */
export interface EngineFate extends EngineObject {
    /** The logical names of the resources that declare the object, as far as the preview lists them. */
    readonly declarers: readonly string[];
    /** Whether Pulumi forgets the object and leaves it on the broker. */
    readonly isRetained: boolean;
    /** Why the object does not exist after the update although the head declares it. @default - it exists, or the head does not declare it */
    readonly unintended?: UnintendedDeletion;
}

/**
 * Combines the steps of each object, in any order. The broker knows an object by its name alone: a resource that is created under another
 * logical name is the same object. The engine deletes it with the old resource at the end of the update.
 * @param declared the ids of the objects that the head declares
 */
export function engineFates(
    objects: readonly EngineObject[],
    declared: ReadonlySet<string>,
): readonly EngineFate[] {
    const groups = new Map<string, EngineObject[]>();
    for (const each of objects) {
        pushTo(groups, objectId(each.object), each);
    }
    return [...groups].map(([id, group]) => fateOf(group, declared.has(id)));
}

/** Of several steps of one object, the one that does most counts. */
const order: readonly Operation[] = ["replace", "update", "create", "same", "delete", "other"];

function fateOf(group: readonly EngineObject[], isInHead: boolean): EngineFate {
    const sorted = group.toSorted((a, b) => order.indexOf(a.operation) - order.indexOf(b.operation));
    const [main = firstOf(group)] = sorted;
    const declarers = group.filter(({ isAfter }) => isAfter).map(({ step }) => step.name);
    const deletion = group.find(({ isBefore, step }) => isBefore && step.deletion === "last");
    const isRetained = group.some(({ isBefore, step }) => isBefore && step.deletion === "retained");
    if (deletion !== undefined && (declarers.length > 0 || isInHead)) {
        const others = sorted.filter((each) => each !== deletion && each.isAfter);
        return {
            ...deletion,
            operation: "delete",
            declarers,
            isRetained: false,
            unintended: unintendedDeletion(deletion, others[0]?.step, others[0]?.operation === "create"),
        };
    }
    if (!isRetained) {
        return { ...main, declarers, isRetained };
    }
    // The new resource takes over the object that the old one leaves on the broker.
    return { ...main, operation: main.operation === "update" ? "update" : "same", declarers, isRetained };
}

function firstOf(group: readonly EngineObject[]): EngineObject {
    const [first] = group;
    if (first === undefined) {
        throw new RangeError("a group of steps is never empty");
    }
    return first;
}

function unintendedDeletion(
    { step: { urn, name, operation }, isAfter }: EngineObject,
    other: EngineStep | undefined,
    isCreated: boolean,
): UnintendedDeletion {
    if (isAfter) {
        return operation === "replace" ? createdFirst(name) : leftOver(name);
    }
    return other !== undefined && isCreated ? renamed(urn, name, other.name) : shared(urn, name, other?.name);
}

function renamed(urn: string, before: string, after: string): UnintendedDeletion {
    const what =
        before === after
            ? `resource "${after}" moved to another place in the program without an alias. Pulumi creates it there`
            : `the logical name changed from "${before}" to "${after}" without an alias. Pulumi creates "${after}"`;
    return {
        rule: resourceRules.renamed,
        text: `${what}, which changes nothing on the broker, and then deletes "${before}", which is the same object`,
        safeWay: `Add aliases: ["${urn}"] to the options of "${after}": then Pulumi changes nothing.`,
    };
}

function createdFirst(name: string): UnintendedDeletion {
    return {
        rule: resourceRules.createdFirst,
        text: `Pulumi creates the replacement of "${name}" before it deletes the original, and both are one object on the broker: RabbitMQ refuses a replacement with other arguments, and an equal one is deleted with the original`,
        safeWay: `Set deleteBeforeReplace: true for "${name}" in an update before the replacement.`,
    };
}

function leftOver(name: string): UnintendedDeletion {
    return {
        rule: resourceRules.leftOver,
        text: `an interrupted run left the original of "${name}" in Pulumi's state: Pulumi deletes it now, and it is the same object on the broker as its replacement`,
        safeWay: `Run pulumi stack export, remove the resource with "delete": true, and read the file with pulumi stack import.`,
    };
}

function shared(urn: string, name: string, other: string | undefined): UnintendedDeletion {
    return {
        rule: resourceRules.shared,
        text: `two resources declared one object, "${name}" and ${other === undefined ? "one that stays" : `"${other}"`}: Pulumi deletes the object together with "${name}"`,
        safeWay: `Let Pulumi forget "${name}" first: pulumi state delete '${urn}'.`,
    };
}
