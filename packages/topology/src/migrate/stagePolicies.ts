import {
    type Exchange,
    exactPattern,
    type InVhost,
    objectKey,
    type Policy,
    type PolicyDefinition,
    type Queue,
    queue,
    type Topology,
} from "../model/index.ts";
import { identities } from "../review/compare/canonical.ts";
import { policyMatcher, policyTarget } from "../settings/effectivePolicies.ts";
import { type Migration, type StageId, temporaryName } from "./migration.ts";
import { both, isReplaced, type PlannedChange } from "./plannedChange.ts";

/**
 * The policies of a stage. Until replaced objects exist again, objects keep the policies that they had before; then those after the change apply.
 * Policies that the change deletes stay until the end, because the old queues still need them. Temporary ones give the new objects the
 * settings that they will have.
 */
export function stagePolicies(id: StageId, change: PlannedChange): readonly Policy[] {
    const { before, after, migrations } = change;
    const policies = isReplaced(id)
        ? both(after.policies, before.policies, identities.policies)
        : both(before.policies, after.policies, identities.policies);
    const precedence = policies.reduce((highest, each) => Math.max(highest, each.precedence), 0) + 1;
    const temporary = migrations.flatMap((each) =>
        temporaryPolicies(each, { id, change, precedence, policies }),
    );
    return [
        ...policies.map((each) => ({ ...each, definition: redirected(each, id, migrations) })),
        ...temporary,
    ];
}

export function stageOperatorPolicies(id: StageId, { before, after }: PlannedChange): readonly Policy[] {
    return isReplaced(id)
        ? both(after.operatorPolicies, before.operatorPolicies, identities.operatorPolicies)
        : both(before.operatorPolicies, after.operatorPolicies, identities.operatorPolicies);
}

/** Dead letters and unroutable messages for what is being replaced go to its temporary object. */
function redirected(
    { vhost, definition }: Policy,
    id: StageId,
    migrations: readonly Migration[],
): PolicyDefinition {
    const changed: Record<string, string> = {};
    for (const { kind, object, holder } of migrations) {
        if (object.vhost !== vhost || holder === undefined) {
            continue;
        }
        if (kind === "exchange replacement") {
            for (const key of ["dead-letter-exchange", "alternate-exchange"]) {
                if (definition[key] === object.name) {
                    changed[key] = holder.name;
                }
            }
        } else if (
            (id === "switch" || id === "replace") &&
            definition["dead-letter-exchange"] === "" &&
            definition["dead-letter-routing-key"] === object.name
        ) {
            changed["dead-letter-routing-key"] = holder.name;
        }
    }
    return Object.keys(changed).length === 0 ? definition : { ...definition, ...changed };
}

interface Stage {
    readonly id: StageId;
    readonly change: PlannedChange;
    readonly precedence: number;
    readonly policies: readonly Policy[];
}

function temporaryPolicies(migration: Migration, stage: Stage): readonly Policy[] {
    const { kind, object, holder, successor } = migration;
    switch (kind) {
        case "queue replacement":
            return holder === undefined ? [] : unlimited(holder, stage);
        case "queue rename":
        case "queue move":
            return successor === undefined ? [] : future(successor, stage);
        case "exchange replacement":
            return holder === undefined ? [] : alternates(object, holder, stage);
        case "queue removal":
        case "exchange removal":
            return [];
    }
}

/** A policy that matches many names must not give the temporary queue a TTL or a limit. */
function unlimited(holder: InVhost, { policies, precedence, change }: Stage): readonly Policy[] {
    const target = queue(holder.vhost, holder.name, "quorum");
    return definitionFor(target, policies, change.after) === undefined
        ? []
        : [
              temporaryPolicy("queue", holder, "queues", precedence, {
                  "queue-leader-locator": "client-local",
              }),
          ];
}

/** The new queue gets its settings before the policies change. */
function future(name: InVhost, { policies, precedence, change: { after } }: Stage): readonly Policy[] {
    const target = after.queues.find((each) => objectKey(each) === objectKey(name));
    const wanted = target && definitionFor(target, after.policies, after);
    const present = target && definitionFor(target, policies, after);
    return wanted === undefined || JSON.stringify(wanted) === JSON.stringify(present)
        ? []
        : [temporaryPolicy("queue", name, "queues", precedence, wanted)];
}

/** What the replaced exchange cannot route goes to its temporary exchange, and from there to its own alternate exchange. */
function alternates(
    name: InVhost,
    holder: InVhost,
    { id, change: { after }, policies, precedence }: Stage,
): readonly Policy[] {
    const alternate = "alternate-exchange";
    const target = after.exchanges.find((each) => objectKey(each) === objectKey(name));
    const present = target && definitionFor(target, policies, after);
    const last = target && definitionFor(target, after.policies, after)?.[alternate];
    return [
        // Its name sorts first, so that it is put first and deleted last.
        ...(last === undefined
            ? []
            : [temporaryPolicy("alternate", holder, "exchanges", precedence, { [alternate]: last })]),
        // When all bindings exist again, the temporary exchange is no longer needed.
        ...(id === "return"
            ? []
            : [
                  temporaryPolicy("exchange", name, "exchanges", precedence, {
                      ...present,
                      [alternate]: holder.name,
                  }),
              ]),
    ];
}

function definitionFor(
    target: Queue | Exchange,
    policies: readonly Policy[],
    { brokerVersion }: Topology,
): PolicyDefinition | undefined {
    return policyMatcher(policies, "policy", brokerVersion)(policyTarget(target)).policy?.definition;
}

function temporaryPolicy(
    use: "queue" | "exchange" | "alternate",
    { vhost, name }: InVhost,
    applyTo: "queues" | "exchanges",
    precedence: number,
    definition: PolicyDefinition,
): Policy {
    return {
        vhost,
        name: `${temporaryName}.${use}.${name}`,
        pattern: exactPattern(name),
        applyTo,
        precedence,
        definition,
    };
}
