import type { Exchange, Topology } from "../../model/index.ts";
import type { Snapshot } from "../../review/snapshot.ts";
import { router } from "../../routing/routing.ts";
import { effectiveSettings } from "../../settings/effective.ts";
import { counted, formatCount } from "../../text/units.ts";
import { contextsOf } from "../context.ts";
import { graphOf } from "../graph/graph.ts";
import { renderMermaid } from "../graph/mermaid.ts";
import { code, codes, diagram, plain, table } from "../markdown.ts";
import { permissionParts } from "./documentPermissions.ts";
import { policyParts } from "./documentPolicies.ts";
import { queueParts } from "./documentQueues.ts";
import { trafficParts } from "./documentTraffic.ts";
import { nameIn } from "./naming.ts";

/** The document of a stack's topology for reviewers: objects, message flows, permissions, policies and pictures. */
export function renderDocument({ stack, topology }: Snapshot): string {
    const picture = `${encodeURIComponent(stack)}.svg`;
    return [
        `# Topology of stack ${code(stack)}`,
        "",
        `Generated from ${code(`topology/${stack}.json`)}; \`topology snapshot\` writes both.`,
        "",
        summary(topology),
        "",
        `[![The whole topology as a picture](${picture})](${picture})`,
        "",
        "## Exchanges",
        "",
        ...exchangeTable(topology),
        "## Queues",
        "",
        ...queueParts(topology),
        "## Messages and their routes",
        "",
        ...trafficParts(topology),
        "## Permissions",
        "",
        ...permissionParts(topology),
        "## Policies",
        "",
        ...policyParts(topology),
        "## Pictures",
        "",
        ...pictures(topology),
    ]
        .join("\n")
        .replace(/\n+$/u, "\n");
}

function summary(topology: Topology): string {
    const { vhosts, exchanges, queues, bindings, policies, operatorPolicies, users, services } = topology;
    const types = [...new Set(queues.map(({ type }) => type))].sort().map((type) => {
        const count = queues.filter((each) => each.type === type).length;
        return `${formatCount(count)} ${type}`;
    });
    return [
        `RabbitMQ ${topology.brokerVersion}`,
        `${vhosts.length === 1 ? "virtual host" : "virtual hosts"} ${codes(vhosts.map(({ name }) => name))}`,
        counted(exchanges.length, "exchange"),
        `${counted(queues.length, "queue")}${types.length === 0 ? "" : ` (${types.join(", ")})`}`,
        counted(bindings.length, "binding"),
        counted(policies.length, "policy", "policies"),
        ...(operatorPolicies.length === 0
            ? []
            : [counted(operatorPolicies.length, "operator policy", "operator policies")]),
        counted(users.length, "user"),
        counted(services.length, "service"),
    ].join(" · ");
}

function exchangeTable(topology: Topology): readonly string[] {
    const settingsOf = effectiveSettings(topology);
    const route = router(topology);
    const row = (each: Exchange): readonly string[] => {
        const { settings } = settingsOf(each);
        const alternate = settings.value("alternate-exchange");
        const bindings = topology.bindings.filter(
            ({ vhost, source }) => vhost === each.vhost && source === each.name,
        );
        return [
            code(nameIn(topology, each)),
            each.type,
            traits(each),
            formatCount(bindings.length),
            typeof alternate === "string"
                ? `${code(alternate)} → ${codes(route({ vhost: each.vhost, exchange: alternate, routingKey: "" })) || "nowhere"}`
                : "returned to the publisher or dropped",
        ];
    };
    return table(
        ["exchange", "type", "properties", "bindings", "unroutable messages"],
        topology.exchanges.map(row),
    );
}

function traits({ durable, autoDelete, internal }: Exchange): string {
    return [
        ...(durable ? [] : ["not durable"]),
        ...(autoDelete ? ["auto-delete"] : []),
        ...(internal ? ["internal"] : []),
    ].join(", ");
}

function pictures(topology: Topology): readonly string[] {
    return [
        "Solid arrows: the normal route of messages. Dashed arrows: dead letters, retries, unroutable messages, and services that only read.",
        "",
        ...contextsOf(graphOf(topology)).flatMap(({ exchange, graph }) => {
            const mermaid = renderMermaid(graph);
            return [
                `### ${plain(exchange.name)}`,
                "",
                ...(mermaid === undefined
                    ? [
                          `${counted(graph.nodes.length, "object")} and ${counted(graph.edges.length, "arrow")} are too many for a picture; see the tables.`,
                          "",
                      ]
                    : diagram(mermaid)),
            ];
        }),
    ];
}
