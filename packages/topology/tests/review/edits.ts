import { expect } from "vitest";
import { declareSample, sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { devEnvironment } from "../../../../tests/unit/environments.ts";
import { compile } from "../../src/compile/index.ts";
import type { Declaration, ExchangeDeclaration } from "../../src/declare/declaration.ts";
import type { Bound, QueueDeclaration } from "../../src/declare/queueDeclaration.ts";
import type {
    Binding,
    BrokerVersion,
    Policy,
    PolicyDefinition,
    Publication,
    Service,
    Topology,
    UserLimits,
    Vhost,
    VhostLimits,
} from "../../src/model/index.ts";
import type { Consequence } from "../../src/review/compare/change.ts";
import { all, removePolicy, removeQueue, type Edit as TopologyEdit } from "../checks/edits.ts";

/** An edit of spot's topology, and what the review must report. */
export interface Edit {
    readonly name: string;
    readonly before: Topology;
    readonly after: Topology;
    readonly consequence: Consequence;
    /** The verdict's line. */
    readonly line: string;
}

export const spot = sampleTopology("4.3");

/** What an edit does to a topology that was made by the dev stack. */
export type Change = TopologyEdit;

export function edited(
    name: string,
    change: Change | Topology,
    consequence: Consequence,
    line: string,
    before: Topology = spot,
): Edit {
    return {
        name,
        before,
        after: typeof change === "function" ? change(before) : change,
        consequence,
        line: `dev: ${line}`,
    };
}

/** The dev stack with other values in its file. */
export function configured(
    values: Readonly<Record<string, string>>,
    version: BrokerVersion = "4.3",
): Topology {
    return sampleTopology(version, values);
}

/** The dev stack with another declaration in src/topology. */
export function declared(change: (declaration: Declaration) => Declaration): Topology {
    return compile(change(declareSample(devEnvironment())), "4.3");
}

export function declaredQueue(
    name: string,
    change: (queue: QueueDeclaration) => QueueDeclaration | undefined,
): Topology {
    return declared((all) => ({
        ...all,
        queues: all.queues.flatMap((each) => (each.name === name ? (change(each) ?? []) : each)),
    }));
}

/** A queue that holds more or less. */
export function declaredBound(name: string, change: Partial<Bound>): Topology {
    return declaredQueue(name, (each) =>
        each.purpose === "plain" ? each : { ...each, bound: { ...each.bound, ...change } },
    );
}

export function declaredExchange(
    name: string,
    change: (exchange: ExchangeDeclaration) => ExchangeDeclaration,
): Topology {
    return declared((all) => ({
        ...all,
        exchanges: all.exchanges.map((each) => (each.name === name ? change(each) : each)),
    }));
}

export function withoutAlternate(exchange: ExchangeDeclaration): ExchangeDeclaration {
    const { alternate, ...rest } = exchange;
    expect(alternate, "the alternate exchange exists").toBeDefined();
    return rest;
}

export function declaredService(name: string, change: (service: Service) => Service | undefined): Topology {
    return declared((all) => ({
        ...all,
        services: all.services.flatMap((each) => (each.name === name ? (change(each) ?? []) : each)),
    }));
}

/** A service that sends one of its messages otherwise. */
export function sendingWith(message: string, change: Partial<Publication>): (service: Service) => Service {
    return (each) => ({
        ...each,
        publishes: each.publishes.map((one) => (one.message === message ? { ...one, ...change } : one)),
    });
}

/** A service that sends a further message, for whose key nothing is bound to its exchange. */
export function sendingOther(each: Service): Service {
    const other = { message: "other", exchange: "spot.analysis", routingKey: "analyze.other" };
    return {
        ...each,
        publishes: [...each.publishes, { ...other, persistent: true, mandatory: true, urgency: false }],
    };
}

export function withMoreQueues(...queues: readonly QueueDeclaration[]): Topology {
    return declared((all) => ({ ...all, queues: [...all.queues, ...queues] }));
}

/** Without a queue and everything that says its name to the broker. */
export function withoutQueue(name: string): Change {
    return all(removeQueue(name), removePolicy(`queue.${name}`));
}

export function withoutUser(name: string): Change {
    return (all) => ({ ...all, users: all.users.filter((each) => each.name !== name) });
}

export function withBinding(binding: Binding): Change {
    return (all) => ({ ...all, bindings: [...all.bindings, binding] });
}

export function withPolicies(change: (policy: Policy) => Policy | undefined): Change {
    return (all) => ({ ...all, policies: all.policies.flatMap((each) => change(each) ?? []) });
}

/** A policy for all queues unless `fields` says otherwise. */
export function policyOf(name: string, definition: PolicyDefinition, fields: Partial<Policy> = {}): Policy {
    return { vhost: "spot", name, pattern: ".*", applyTo: "queues", precedence: 0, definition, ...fields };
}

export function withPolicy(policy: Policy): Change {
    return (all) => ({ ...all, policies: [...all.policies, policy] });
}

export function withOperatorPolicy(policy: Policy): Change {
    return (all) => ({ ...all, operatorPolicies: [...all.operatorPolicies, policy] });
}

export function withVhost(fields: Partial<Vhost>): Change {
    return (all) => ({ ...all, vhosts: all.vhosts.map((each) => ({ ...each, ...fields })) });
}

export function limited(limits: VhostLimits): Change {
    return withVhost({ limits });
}

export function limitedUser(name: string, limits: UserLimits): Change {
    return (all) => ({
        ...all,
        users: all.users.map((each) => (each.name === name ? { ...each, limits } : each)),
    });
}
