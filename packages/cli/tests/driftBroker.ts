import type { Topology } from "@spot-messaging/topology";
import { type FakeAnswer, type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";
import { toDefinitions } from "../../topology/src/definitions/definitions.ts";

/** What a broker of a test answers. */
export interface DriftBrokerSettings {
    readonly topology: Topology;
    /** The tags of the user who asks. */
    readonly tags: readonly string[];
    /** Changes of single answers, by the end of their paths. `null`: no answer. */
    readonly answers?: Readonly<Record<string, FakeAnswer | null>>;
}

const nodes = ["rabbit@a", "rabbit@b", "rabbit@c"];
const [leader = ""] = nodes;

/** A server that answers as a broker with this topology does to a user with these tags, as measured on 4.0.5 and 4.3.6. */
export async function driftBroker(settings: () => DriftBrokerSettings): Promise<FakeBroker> {
    return await fakeBroker(({ line }) => {
        const { topology, tags, answers = {} } = settings();
        const path = decodeURIComponent(line.replace(/^GET \/api\/|\?.*$/gu, ""));
        const [changed] = Object.entries(answers).filter(([end]) => path === end);
        if (changed !== undefined) {
            return changed[1];
        }
        const isAdministrator = tags.includes("administrator");
        const isMonitoring = isAdministrator || tags.includes("monitoring");
        const isPolicymaker = isAdministrator || tags.includes("policymaker");
        const definitions = toDefinitions(topology);
        const [list = "", vhost = ""] = path.split("/");
        const inVhost = (of: readonly { readonly vhost: string }[]): readonly object[] =>
            of.filter((each) => each.vhost === vhost);
        const json = (body: unknown): FakeAnswer => ({ body: JSON.stringify(body) });
        const refused: FakeAnswer = { status: 401, body: JSON.stringify({ error: "not_authorized" }) };
        const vhosts = topology.vhosts.map(({ name, defaultQueueType = "classic" }) => ({
            name,
            metadata: { default_queue_type: defaultQueueType, tags: [] },
            default_queue_type: defaultQueueType,
            tracing: false,
        }));
        switch (path === list ? list : `${list}/`) {
            case "whoami":
                return json({ name: "admin", tags });
            case "overview":
                return json({
                    rabbitmq_version: "4.3.6",
                    erlang_version: "29",
                    cluster_name: "c",
                    node: leader,
                    default_queue_type: "classic",
                });
            case "definitions":
                return isAdministrator
                    ? json({
                          ...definitions,
                          rabbitmq_version: "4.3.6",
                          vhosts,
                          users: exportedUsers(topology),
                      })
                    : refused;
            case "vhosts":
                return json(vhosts);
            case "users":
                return isAdministrator ? json(exportedUsers(topology)) : refused;
            case "nodes":
                return isMonitoring
                    ? json(
                          nodes.map((name) => ({
                              name,
                              running: true,
                              enabled_plugins: ["rabbitmq_management"],
                          })),
                      )
                    : refused;
            case "feature-flags":
                return json([{ name: "khepri_db", state: "enabled", stability: "stable" }]);
            case "deprecated-features/":
                return json([]);
            case "exchanges/":
                return json(inVhost(definitions.exchanges));
            case "queues/":
                return json({ page_count: 1, items: inVhost(definitions.queues).map(withMembers) });
            case "bindings/":
                return json(inVhost(definitions.bindings));
            case "policies/":
                return json(inVhost(definitions.policies));
            case "operator-policies/":
                return json(
                    inVhost(definitions.parameters)
                        .map((each) => each as (typeof definitions.parameters)[number]) // inVhost keeps the elements
                        .filter(({ component }) => component === "operator_policy")
                        .map(({ name, value }) => ({ vhost, name, ...(value as object) })), // a policy
                );
            case "vhost-limits/":
                return json([]);
            case "parameters/":
            case "global-parameters":
                return isPolicymaker ? json([]) : refused;
            default:
                return { status: 404 };
        }
    });
}

/** The leaders are spread over the nodes. */
function withMembers(queue: object, index: number): object {
    return { ...queue, exclusive: false, members: nodes, online: nodes, leader: nodes[index % nodes.length] };
}

/** Each user has an unknown password. */
function exportedUsers({ users }: Topology): readonly object[] {
    return users.map(({ name, tags }) => ({
        name,
        tags,
        limits: {},
        password_hash: "",
        hashing_algorithm: "rabbit_password_hashing_sha256",
    }));
}
