import { objectKey, type Policy, type Queue, queueTypeNoun, type Topology } from "../model/index.ts";
import { policyPattern } from "../patterns/policyPattern.ts";
import type { BrokerReading, NodeReading, QueueReading } from "../readings/brokerReading.ts";
import { effectiveSettings, type MatchingPolicies } from "../settings/effective.ts";
import { quoted, shellWord } from "../text/names.ts";
import { counted } from "../text/units.ts";
import type { DriftFinding } from "./drift.ts";

/** The broker collects the members and leaders of queues every 5 s. */
const replicaAge = 6_000;

/** An idle queue reports its policy late: after 12 s on a busy machine (measured with 4.3.6). */
const policyAge = 30_000;

/**
 * Queues that the broker treats otherwise than its own policies say, or whose replicas are not where they should be. Both come from the
 * broker's statistics.
 * @param live what the broker has
 */
export function queueFindings(live: Topology, reading: BrokerReading): readonly DriftFinding[] {
    const states = new Map(reading.queues.map((each) => [objectKey(each), each]));
    const queues = live.queues.flatMap((queue) => {
        const state = states.get(objectKey(queue));
        return state === undefined ? [] : [{ queue, state }];
    });
    const settingsOf = effectiveSettings(live);
    const unreadable = new Set(
        [...live.policies, ...live.operatorPolicies]
            .filter(({ pattern }) => policyPattern(pattern) === undefined)
            .map(({ vhost }) => vhost),
    );
    const nodes = runningNodes(reading);
    return [
        ...queues
            .filter(({ queue }) => !unreadable.has(queue.vhost))
            .flatMap(({ queue, state }) => {
                const settings = settingsOf(queue);
                return [
                    ...policyFinding(queue, "policy", state.policy, settings),
                    ...policyFinding(queue, "operator policy", state.operatorPolicy, settings.operator),
                ];
            }),
        ...queues.flatMap(({ queue, state }) =>
            replicaFindings(
                queue,
                state,
                wantedMembers(queue, settingsOf(queue).definition["target-group-size"], nodes.length),
            ),
        ),
        ...leaderFindings(
            queues.filter(
                ({ queue }) =>
                    (settingsOf(queue).definition["queue-leader-locator"] ??
                        queue.arguments["x-queue-leader-locator"]) === "balanced",
            ),
            nodes,
        ),
    ];
}

function policyFinding(
    queue: Queue,
    kind: "policy" | "operator policy",
    applied: string | undefined,
    { policy, tied }: MatchingPolicies,
): readonly DriftFinding[] {
    const expected: readonly Policy[] = tied.length > 0 ? tied : policy === undefined ? [] : [policy];
    const isExpected = applied === "" ? expected.length === 0 : expected.some(({ name }) => name === applied);
    if (applied === undefined || isExpected) {
        return [];
    }
    const should = expected.length === 0 ? "none" : quoted(expected.map(({ name }) => name));
    return [
        {
            id: `${kind} of queue ${queue.vhost}/${queue.name}`,
            object: { kind: "queue", vhost: queue.vhost, name: queue.name },
            text: `queue "${queue.name}" has the ${kind} ${applied === "" ? "none" : `"${applied}"`}, but the broker's policies give it ${should}`,
            repair: {
                by: "hand",
                text: "`pulumi up` does not see it. Set the policy again, so that the broker applies it: rabbitmqctl set_policy",
            },
            maxAge: policyAge,
        },
    ];
}

/** Nodes that can have replicas. Without the right to see nodes, those that have some. */
function runningNodes({ nodes, queues }: BrokerReading): readonly string[] {
    return nodes === undefined
        ? [...new Set(queues.flatMap(({ members }) => members))]
        : nodes.map(({ name }: NodeReading) => name);
}

/** RabbitMQ's default number of replicas of a quorum queue. */
const defaultMembers = 3;

/** How many replicas a queue should have; a cluster with fewer nodes gives it one on each. */
function wantedMembers({ type, arguments: args }: Queue, target: unknown, nodes: number): number | undefined {
    if (type === "classic") {
        return undefined;
    }
    const own = args[type === "quorum" ? "x-quorum-initial-group-size" : "x-initial-cluster-size"];
    const wanted = [own, target].filter((each) => typeof each === "number");
    return Math.min(nodes, wanted.length === 0 ? defaultMembers : Math.max(...wanted));
}

function replicaFindings(
    queue: Queue,
    { members, online, leader, state }: QueueReading,
    wanted: number | undefined,
): readonly DriftFinding[] {
    // A queue without statistics has no members yet.
    if (wanted === undefined || members.length === 0) {
        return [];
    }
    const { vhost, name } = queue;
    const noun = queueTypeNoun(queue.type);
    const offline = members.filter((each) => !online.includes(each));
    const finding = (id: string, text: string, repair: string): DriftFinding => ({
        id: `${id} of queue ${vhost}/${name}`,
        object: { kind: "queue", vhost, name },
        text: `${noun} "${name}" ${text}`,
        repair: { by: "hand", text: repair },
        maxAge: replicaAge,
    });
    const command = queue.type === "quorum" ? "rabbitmq-queues" : "rabbitmq-streams";
    const add =
        queue.type === "quorum"
            ? `rabbitmq-queues add_member --vhost ${shellWord(vhost)} ${shellWord(name)} NODE`
            : `rabbitmq-streams add_replica --vhost ${shellWord(vhost)} ${shellWord(name)} NODE`;
    return [
        ...(members.length < wanted
            ? [
                  finding(
                      "members",
                      `has ${counted(members.length, "replica")} instead of ${wanted}: it survives the loss of fewer nodes`,
                      `\`pulumi up\` does not see it. Add the missing one: ${add}`,
                  ),
              ]
            : []),
        ...(leader === "" || state === "minority"
            ? [
                  finding(
                      "leader",
                      "has no leader: nothing can be published to it or consumed from it",
                      "start the nodes of its replicas; most of them must run",
                  ),
              ]
            : offline.length > 0
              ? [
                    finding(
                        "offline members",
                        `has a replica on ${quoted(offline)} that is not up`,
                        `start the node. If it does not start again, remove the replica and add another: ${command} ${queue.type === "quorum" ? "delete_member" : "delete_replica"}`,
                    ),
                ]
              : []),
    ];
}

/** Fewer queues can have all their leaders on one node by chance. */
const minQueues = 3;

function leaderFindings(
    queues: readonly { readonly queue: Queue; readonly state: QueueReading }[],
    nodes: readonly string[],
): readonly DriftFinding[] {
    const led = queues.filter(
        ({ queue, state }) => queue.type !== "classic" && state.leader !== undefined && state.leader !== "",
    );
    const leaders = new Set(led.map(({ state }) => state.leader));
    const [leader] = leaders;
    if (nodes.length < 2 || led.length < minQueues || leaders.size !== 1 || leader === undefined) {
        return [];
    }
    return [
        {
            id: `leaders on node ${leader}`,
            object: { kind: "broker", vhost: "", name: leader },
            text: `node "${leader}" has the leaders of all ${led.length} replicated queues, although they are declared to be balanced: its loss interrupts all of them`,
            repair: {
                by: "hand",
                text: "`pulumi up` does not see it. Spread the leaders: rabbitmq-queues rebalance all",
            },
            maxAge: replicaAge,
        },
    ];
}
