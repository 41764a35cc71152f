import type { Policy, Topology } from "@spot-messaging/topology";
import { type EffectiveSettings } from "@spot-messaging/topology/broker";
import { z } from "zod";
import { allEffectiveSettings } from "../../../packages/topology/src/settings/effective.ts";
import { mergedDefinition } from "../../../packages/topology/src/settings/mergedPolicy.ts";
import { inVhost, type OracleBroker } from "./broker.ts";
import { bodyOf, declare, topologyIn } from "./declared.ts";
import type { PolicyPlan, PolicySet } from "./policyPlan.ts";
import type { Mismatch } from "./routingOracle.ts";

const seen = z.object({
    kind: z.enum(["queue", "exchange"]),
    name: z.string(),
    policy: z.string().nullable(),
    operator: z.string().nullable(),
    definition: z.record(z.string(), z.unknown()),
});
export type Seen = z.infer<typeof seen>;

const plannedVhost = "v";

/** The number of questions and ties, and where model and broker differ. */
export interface PolicyVerdict {
    readonly questions: number;
    readonly ties: number;
    readonly mismatches: readonly Mismatch[];
}

/** Compares the policies of each object: first with policies that are declared before the objects, then after a change of all policies. */
export async function checkPolicies(broker: OracleBroker, plan: PolicyPlan): Promise<PolicyVerdict> {
    const before = topologyIn(plannedVhost, broker, { ...plan.objects, ...plan.before });
    const after = topologyIn(plannedVhost, broker, { ...plan.objects, ...plan.after });
    const [declared, replaced] = await inVhost(broker, async (vhost) => {
        await declare(broker, vhost, before);
        const first = await ask(broker, vhost);
        await replacePolicies(broker, vhost, plan.before, plan.after);
        return [first, await ask(broker, vhost)];
    });
    const verdicts = [verdictOn(before, declared), verdictOn(after, replaced)];
    return {
        questions: verdicts.reduce((sum, { questions }) => sum + questions, 0),
        ties: verdicts.reduce((sum, { ties }) => sum + ties, 0),
        mismatches: verdicts.flatMap(({ mismatches }) => mismatches),
    };
}

/** One request at a time: after parallel requests, 4.0.5 left an exchange without the policy that matches it. */
async function replacePolicies(
    { api }: OracleBroker,
    vhost: string,
    old: PolicySet,
    fresh: PolicySet,
): Promise<void> {
    for (const { name } of old.policies) {
        await api.deletePolicy(vhost, name);
    }
    for (const { name } of old.operatorPolicies) {
        await api.deleteOperatorPolicy(vhost, name);
    }
    for (const each of fresh.policies) {
        await api.putPolicy(vhost, each.name, bodyOf(each));
    }
    for (const each of fresh.operatorPolicies) {
        await api.putOperatorPolicy(vhost, each.name, bodyOf(each));
    }
}

/** Reads the effective policies of a virtual host's objects. The management API is some seconds late, so this reads the broker's own records. */
export async function ask(broker: OracleBroker, vhost: string): Promise<readonly Seen[]> {
    const answer = await broker.evaluate(`
        Definition = fun(O) -> case rabbit_policy:effective_definition(O) of undefined -> #{}; D -> rabbit_data_coercion:to_map(D) end end,
        Name = fun(none) -> null; (N) -> N end,
        Seen = fun(Kind, {resource, _, _, Called}, O) ->
            #{kind => Kind, name => Called, policy => Name(rabbit_policy:name(O)), operator => Name(rabbit_policy:name_op(O)), definition => Definition(O)}
        end,
        io:format("~ts~n", [rabbit_json:encode(
            [Seen(queue, amqqueue:get_name(Q), Q) || Q <- rabbit_amqqueue:list(<<"${vhost}">>)] ++
            [Seen(exchange, element(2, X), X) || X <- rabbit_exchange:list(<<"${vhost}">>)])]).`);
    return z.array(seen).parse(answer);
}

function verdictOn(topology: Topology, answers: readonly Seen[]): PolicyVerdict {
    const byObject = new Map(answers.map((each) => [`${each.kind} ${each.name}`, each]));
    const all = allEffectiveSettings(topology);
    let ties = 0;
    const mismatches = all.flatMap((settings): Mismatch[] => {
        const { target } = settings;
        const broker = byObject.get(`${target.kind} ${target.object.name}`);
        ties += settings.tied.length > 0 || settings.operator.tied.length > 0 ? 1 : 0;
        const model = expected(settings, broker);
        return same(model, broker) ? [] : [{ question: target, model, broker }];
    });
    return { questions: all.length, ties, mismatches };
}

/** The model's answer; among tied policies it has none, and takes the broker's, if that is one of them. */
function expected(settings: EffectiveSettings, broker: Seen | undefined): Seen {
    const choice = (winner: Policy | undefined, tied: readonly Policy[], chosen: string | null | undefined) =>
        tied.find(({ name }) => name === chosen) ?? winner;
    const policy = choice(settings.policy, settings.tied, broker?.policy);
    const operator = choice(settings.operator.policy, settings.operator.tied, broker?.operator);
    const isTied = settings.tied.length > 0 || settings.operator.tied.length > 0;
    return {
        kind: settings.target.kind,
        name: settings.target.object.name,
        policy: policy?.name ?? null,
        operator: operator?.name ?? null,
        definition: isTied ? mergedDefinition(policy, operator) : settings.definition,
    };
}

function same(one: unknown, other: unknown): boolean {
    return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([key, each]) => [key, sorted(each)]),
          )
        : value;
}
