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
    /** Whether broker version, policies and operator policies are equal, so that settings change only with the object itself. */
    readonly samePolicies: boolean;
}

/** Compares both topologies in canonical order, so that the order of their lists has no effect. */
export function compareTopologies(before: Topology, after: Topology): Comparison {
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

/** The binding of a change in one version of the topology. */
export function bindingIn({ topology }: TopologyView, object: ChangedObject): Binding | undefined {
    return bindingsById(topology).get(objectId(object));
}

/** Whether a queue has the same arguments, policies and broker version before and after, and so the same settings. */
export function hasSameSources(comparison: Comparison, before: Queue, after: Queue): boolean {
    return comparison.samePolicies
        ? JSON.stringify(before) === JSON.stringify(after)
        : JSON.stringify(sourcesOf(comparison.before.effective(before))) ===
              JSON.stringify(sourcesOf(comparison.after.effective(after)));
}

function sourcesOf({ target, policy, operator, version }: EffectiveSettings): readonly unknown[] {
    return [target.object, policy, operator.policy, version];
}
