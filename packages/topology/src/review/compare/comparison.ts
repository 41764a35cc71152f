import { perTopology } from "../../lookup/memoize.ts";
import type { Binding, Queue, Topology } from "../../model/index.ts";
import type { EffectiveSettings } from "../../settings/effective.ts";
import { type TopologyView, topologyView } from "../../view/topologyView.ts";
import { canonicalTopology } from "./canonical.ts";
import { type ChangedObject, objectId } from "./change.ts";
import { bindingObject } from "./comparedObject.ts";

/** A topology before and after a change. */
export interface Comparison {
    readonly before: TopologyView;
    readonly after: TopologyView;
    /** Whether the same broker has the same policies of both kinds, so that only an object itself can change its settings. */
    readonly samePolicies: boolean;
}

/** Both in canonical order, so that nothing found in them depends on the order in which they were written. */
export function comparisonOf(before: Topology, after: Topology): Comparison {
    const ordered = { before: canonicalTopology(before), after: canonicalTopology(after) };
    return {
        before: topologyView(ordered.before),
        after: topologyView(ordered.after),
        samePolicies: policiesOf(ordered.before) === policiesOf(ordered.after),
    };
}

function policiesOf({ brokerVersion, policies, operatorPolicies }: Topology): string {
    return JSON.stringify([brokerVersion, policies, operatorPolicies]);
}

const bindingsById = perTopology(
    ({ bindings }) => new Map(bindings.map((each) => [objectId(bindingObject(each)), each])),
);

/** The binding that a change is about, as one side has it. */
export function bindingIn({ topology }: TopologyView, object: ChangedObject): Binding | undefined {
    return bindingsById(topology).get(objectId(object));
}

/** Whether a queue has the same settings before and after because all that decides them is the same. */
export function hasSameSources(comparison: Comparison, before: Queue, after: Queue): boolean {
    return comparison.samePolicies
        ? JSON.stringify(before) === JSON.stringify(after)
        : JSON.stringify(sourcesOf(comparison.before.effective(before))) ===
              JSON.stringify(sourcesOf(comparison.after.effective(after)));
}

function sourcesOf({ target, policy, operator, version }: EffectiveSettings): readonly unknown[] {
    return [target.object, policy, operator.policy, version];
}
