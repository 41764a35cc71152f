import { objectKey, type Topology } from "../model/index.ts";
import { compareText } from "../text/names.ts";
import { type BrokerObject, brokerObjects, isSameObject, ownerKeys } from "./brokerObjects.ts";
import { type BrokerStep, stepsBetween } from "./brokerSteps.ts";
import { type MigrationPlan, transferExchange } from "./migration.ts";
import { objectText } from "./objectText.ts";

type Objects = ReadonlyMap<string, BrokerObject>;

const none: Objects = new Map();

/** How far a broker is on the way of a plan. */
export interface MigrationPosition {
    /** The number of stages that are applied. */
    readonly done: number;
    /** Whether the next stage is applied in part. */
    readonly isBetween: boolean;
    /** Objects of the plan that no stage declares like this: they were changed since the plan. If there are any, the rest means nothing. */
    readonly changed: readonly string[];
}

/** Finds the stage of a broker. Only the objects count that a stage changes. */
export function positionOf(plan: MigrationPlan, live: Topology): MigrationPosition {
    const ways = waysOf(plan);
    const present = brokerObjects(live);
    const touched = [...touchedKeys(ways)].filter((key) => !ways.some((each) => isHidden(each.get(key))));
    const isAt = (key: string, index: number): boolean =>
        isSameObject(present.get(key), ways[index]?.get(key));
    const unplanned = unplannedBindings(plan, ways, present);
    if (unplanned.length > 0) {
        return { done: 0, isBetween: false, changed: unplanned };
    }
    for (let done = ways.length - 1; done >= 0; done--) {
        if (touched.every((key) => isAt(key, done))) {
            return { done, isBetween: false, changed: [] };
        }
    }
    for (let done = 0; done < ways.length - 1; done++) {
        const [from, to] = [ways[done] ?? none, ways[done + 1] ?? none];
        const isOnWay = (key: string): boolean =>
            isAt(key, done) || isAt(key, done + 1) || isBeingReplaced(key, from, to, present);
        if (touched.every(isOnWay)) {
            return { done, isBetween: true, changed: [] };
        }
    }
    const nearest = ways
        .map((_, index) => touched.filter((key) => !isAt(key, index)))
        .reduce((best, each) => (each.length < best.length ? each : best), touched);
    return {
        done: 0,
        isBetween: false,
        changed: nearest.map((key) => changeText(key, ways, present)).sort(compareText),
    };
}

/**
 * The requests that lead a broker to a stage, from any point of the way. Objects outside the plan stay as they are.
 * @param stage the number of stages that are applied afterwards; 0 is the topology before the change
 */
export function stepsToStage(plan: MigrationPlan, live: Topology, stage: number): readonly BrokerStep[] {
    const ways = waysOf(plan);
    const target = ways[stage] ?? none;
    const touched = touchedKeys(ways);
    const present = new Map([...brokerObjects(live)].filter(([key]) => touched.has(key)));
    for (const key of touched) {
        const object = target.get(key);
        if (object !== undefined && isHidden(object) && !present.has(key)) {
            present.set(key, object);
        }
    }
    return stepsBetween(present, new Map([...target].filter(([key]) => touched.has(key))));
}

function waysOf({ before, stages }: MigrationPlan): readonly Objects[] {
    return [before, ...stages.map(({ topology }) => topology)].map(brokerObjects);
}

/** The objects that a stage changes, and those that the broker deletes with one that a stage replaces. */
function touchedKeys(ways: readonly Objects[]): ReadonlySet<string> {
    const isChanged = (key: string): boolean =>
        ways.some((each) => !isSameObject(each.get(key), ways[0]?.get(key)));
    const isTouched = ([key, object]: readonly [string, BrokerObject]): boolean =>
        isChanged(key) || (object.kind === "topic permission" && ownerKeys(object).some(isChanged));
    return new Set(ways.flatMap((each) => [...each].filter(isTouched).map(([key]) => key)));
}

/** Bindings of the plan's queues and exchanges that the plan does not know: they would be deleted together with these. */
function unplannedBindings(
    { migrations }: MigrationPlan,
    ways: readonly Objects[],
    present: Objects,
): readonly string[] {
    const ends = new Set(
        migrations.flatMap(({ object, holder, successor }) =>
            [object, holder, successor].flatMap((each) =>
                each === undefined ? [] : [`${object.kind} ${objectKey(each)}`],
            ),
        ),
    );
    return [...present]
        .filter(
            ([key, object]) =>
                object.kind === "binding" &&
                !object.noun.source.startsWith(transferExchange) &&
                ownerKeys(object).some((end) => ends.has(end)) &&
                !ways.some((each) => each.has(key)),
        )
        .map(([, object]) => `${objectText(object)} is not in the plan`)
        .sort(compareText);
}

/** A replaced object does not exist for a moment, and neither do its bindings. */
function isBeingReplaced(key: string, from: Objects, to: Objects, present: Objects): boolean {
    if (present.has(key)) {
        return false;
    }
    const isReplaced = (each: string): boolean => {
        const [before, after] = [from.get(each), to.get(each)];
        return before !== undefined && after !== undefined && !isSameObject(before, after);
    };
    const object = from.get(key) ?? to.get(key);
    return isReplaced(key) || (object !== undefined && ownerKeys(object).some(isReplaced));
}

/** No broker exports internal exchanges, so whether one exists is unknown. */
function isHidden(object: BrokerObject | undefined): boolean {
    return object?.kind === "exchange" && object.noun.internal;
}

function changeText(key: string, ways: readonly Objects[], present: Objects): string {
    const [known] = ways.flatMap((each) => each.get(key) ?? []);
    const text = known === undefined ? key : objectText(known);
    return present.has(key) ? `${text} is not as any stage declares it` : `${text} does not exist`;
}
