import { readFileSync } from "node:fs";
import type { Report } from "@spot-messaging/local/images";
import { type BrokerVersion, type Topology } from "@spot-messaging/topology";
import { type Claims, claimsOf } from "@spot-messaging/topology/claims";
import { parseTopology } from "@spot-messaging/topology/definitions";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";
import { readStackConfig } from "../../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { type BrokerCluster, startCluster } from "./brokerCluster.ts";
import { loadRoutes } from "./load.ts";
import { repairNetwork } from "./nodeNetwork.ts";
import type { LoadRoute } from "./publisher.ts";
import { referenceTopology } from "./referenceTopology.ts";

/** A cluster with a topology, on which experiments run one by one. */
export interface Site {
    readonly cluster: BrokerCluster;
    /** The topology under test, and the reference topology in a virtual host of its own. */
    readonly topology: Topology;
    readonly claims: Claims;
    /** The virtual host of the load. */
    readonly vhost: string;
    readonly routes: readonly LoadRoute[];
    /** Declares what is missing. */
    readonly declare: () => Promise<void>;
    /** Repairs every node and network, declares what is missing, and empties all queues. */
    readonly restore: () => Promise<void>;
}

export interface SiteOptions {
    readonly name: string;
    readonly version: BrokerVersion;
    /** A file of exported definitions or a snapshot. @default - spot's topology */
    readonly definitions?: string | undefined;
    readonly report: Report;
}

/** Starts three nodes and declares the topology. */
export async function startSite({ name, version, definitions, report }: SiteOptions): Promise<Site> {
    const tested =
        definitions === undefined ? await spotTopology(version) : readDefinitions(definitions, version);
    const topology = joined(tested, referenceTopology(version));
    const cluster = await startCluster({ name, version, report });
    try {
        const claims = claimsOf(topology, { nodes: cluster.nodes.length });
        const vhost = busiestVhost(tested, claims);
        const declare = (): Promise<void> => declareTopology(cluster, topology);
        const site: Site = {
            ...{ cluster, topology, claims, vhost, declare },
            routes: loadRoutes(claims.claims, vhost),
            restore: async () => {
                for (const node of cluster.nodes) {
                    await node.start();
                }
                await repairNetwork(cluster.nodes);
                await cluster.whole();
                await declare();
                await emptyQueues(site);
            },
        };
        await declare();
        await cluster.whole();
        return site;
    } catch (error) {
        await cluster.remove();
        throw error;
    }
}

async function spotTopology(version: BrokerVersion): Promise<Topology> {
    return buildTopology(
        parseEnvironment("dev", { ...(await readStackConfig("dev")), brokerVersion: version }),
    );
}

function readDefinitions(file: string, version: BrokerVersion): Topology {
    const { topology } = parseTopology(readFileSync(file, "utf8"));
    return { ...topology, brokerVersion: version };
}

/** Two topologies of different virtual hosts. Users are left out, because their passwords are not known. */
function joined(one: Topology, other: Topology): Topology {
    return {
        ...one,
        vhosts: [...one.vhosts, ...other.vhosts],
        exchanges: [...one.exchanges, ...other.exchanges],
        queues: [...one.queues, ...other.queues],
        bindings: [...one.bindings, ...other.bindings],
        policies: [...one.policies, ...other.policies],
        operatorPolicies: [...one.operatorPolicies, ...other.operatorPolicies],
        users: [],
        permissions: [],
        topicPermissions: [],
    };
}

/** The virtual host with the most routes for a load. @throws if no message reaches a queue that survives a node */
function busiestVhost({ vhosts }: Topology, { claims }: Claims): string {
    const [busiest] = vhosts
        .map(({ name }) => ({ name, count: loadRoutes(claims, name).length }))
        .sort((one, other) => other.count - one.count);
    if (busiest === undefined || busiest.count === 0) {
        throw new Error(
            "no message of this topology arrives only in replicated queues, so a lost node can lose messages of all; use quorum queues",
        );
    }
    return busiest.name;
}

async function declareTopology(cluster: BrokerCluster, topology: Topology): Promise<void> {
    const api = await cluster.api();
    await api.post(["definitions"], toDefinitions(topology));
    for (const { name } of topology.vhosts) {
        const all = { configure: ".*", write: ".*", read: ".*" };
        await api.putPermissions(name, cluster.administrator.username, all);
    }
}

async function emptyQueues({ cluster, topology }: Site): Promise<void> {
    const api = await cluster.api();
    await Promise.all(
        topology.queues
            .filter(({ type }) => type !== "stream")
            .map(({ vhost, name }) => api.purgeQueue(vhost, name)),
    );
}
