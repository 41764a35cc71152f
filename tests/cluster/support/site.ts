import type { Topology } from "@spot-messaging/topology";
import type { LocalEvent } from "../../../packages/local/src/event.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { databaseName } from "../../../src/services/kubernetes/databaseCluster.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import type { Cluster } from "./cluster.ts";
import { type Ground, type GroundOptions, startGround, timed } from "./ground.ts";
import { kubectl } from "./kubectl.ts";
import { type Declared, ProdStack } from "./prodStack.ts";
import { prodNamespace } from "./prodValues.ts";
import { Traffic } from "./traffic.ts";

/** The prod stack on a cluster, with everything around it. Experiments change some of the first run's values. */
export interface Site extends Ground {
    readonly stack: ProdStack;
    readonly topology: Topology;
    readonly declared: Declared;
    /** Runs one statement as the superuser of the database that the stack uses, and returns what it prints, a row a line. */
    readonly query: (statement: string) => Promise<string>;
    readonly traffic: Traffic;
}

export interface SiteOptions extends GroundOptions {
    readonly seed: number;
    readonly onEvent?: (event: LocalEvent) => void;
}

/** The client of the gateway whose token the traffic uses. */
export const mailRelay = "mail-relay";

/** Starts a cluster, what the stack needs, and the stack. Everything is removed when a step fails. */
export async function startSite(options: SiteOptions): Promise<Site> {
    const ground = await startGround(options);
    const { cluster, values, database, sink, entrances, times } = ground;
    try {
        const stack = new ProdStack(cluster, options.onEvent ?? (() => undefined));
        const clock = { report: options.report, times };
        const declared = await timed(clock, "the stack", () => stack.up(values));
        return {
            ...ground,
            stack,
            topology: buildTopology(parseEnvironment("prod", values)),
            declared,
            query:
                values["database"] === "cluster"
                    ? async (statement) => await queryPrimary(cluster, statement)
                    : database.query,
            traffic: await Traffic.create({
                entrances,
                token: declared.access.tokens?.[mailRelay] ?? "",
                deliveries: sink.deliveries,
                seed: options.seed,
            }),
        };
    } catch (error) {
        await ground.stop();
        throw error;
    }
}

/** Asks the instance of the stack's own database that accepts writes. */
async function queryPrimary(cluster: Cluster, statement: string): Promise<string> {
    const labels = `cnpg.io/cluster=${databaseName},cnpg.io/instanceRole=primary`;
    const pod = await kubectl(cluster, [
        ...["get", "pods", "-n", prodNamespace, "-l", labels, "-o", "jsonpath={.items[0].metadata.name}"],
    ]);
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, pod, "-c", "postgres", "--"],
        ...["psql", "-qAt", "-d", "spot", "-c", statement],
    ]);
}
