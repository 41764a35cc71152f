import { alertGroups, dashboards, detailedFamilies } from "@spot-messaging/topology/alerts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { queriesOf } from "../support/dashboardQueries.ts";
import { type Exposed, exposed, missing } from "../support/promql.ts";
import { connectAs, publishOnce } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { onEveryVersion } from "./support/everyVersion.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * Whether a real broker exposes every metric and every label that alerts and dashboards ask for. Not proved here: that the numbers mean
 * what
 * the alerts take them for; see tests/alerts.
 */
onEveryVersion("on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let metrics: Exposed;
    const links = "analyzer.links";

    beforeAll(async () => {
        stack = await startStack(`metrics-${version.replace(".", "")}`, version);
        await traffic();
        // The broker counts every five seconds.
        metrics = await eventually("the numbers of all traffic", async () => {
            const now = await scrape();
            return missing(expressions(), now).length === 0 ? now : undefined;
        }).catch(scrape);
    });

    afterAll(async () => {
        await stack.remove();
    });

    /** Something of everything: routed, unroutable, delivered, fetched, acknowledged, rejected. */
    async function traffic(): Promise<void> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        for (const key of ["analyze.job.links", "analyze.job.links", "analyze.request"]) {
            await publishOnce(connection, "spot.analysis", key, "{}", { persistent: true });
        }
        await publishOnce(connection, "spot.rpc", "nobody", "{}");
        const channel = await connection.createChannel();
        await channel.consume(links, (message) => {
            if (message !== null) {
                channel.ack(message);
            }
        });
        const fetched = await channel.get("analyzer-orchestrator");
        if (fetched !== false) {
            channel.nack(fetched, false, false);
        }
    }

    /** Both endpoints, as Prometheus scrapes them. */
    async function scrape(): Promise<Exposed> {
        const parameters = new URLSearchParams([
            ...detailedFamilies.map((family) => ["family", family]),
            ["vhost", "spot"],
        ]);
        const address = `http://127.0.0.1:${stack.ports.prometheusPort}/metrics`;
        const answers = await Promise.all(
            [address, `${address}/detailed?${parameters.toString()}`].map((url) => fetch(url)),
        );
        return exposed(...(await Promise.all(answers.map((answer) => answer.text()))));
    }

    function expressions(): readonly string[] {
        const { topology } = stack;
        return [
            ...alertGroups(topology, { matchers: {}, nodes: 3, target: "" }).flatMap(({ alerts }) =>
                alerts.map(({ expression }) => expression),
            ),
            ...dashboards({ topology, prefix: "spot", matchers: {}, nodes: 3 }).flatMap(queriesOf),
        ];
    }

    it("has every metric and label that alerts and dashboards ask for", () => {
        expect(missing(expressions(), metrics)).toEqual([]);
    });

    it("has the metrics that alerts need: members of replicated queues, and from 4.1 on the type of every queue", async () => {
        const address = `http://127.0.0.1:${stack.ports.prometheusPort}/metrics/detailed`;
        const families = detailedFamilies.map((family) => `family=${family}`).join("&");
        const text = await (await fetch(`${address}?${families}&vhost=spot`)).text();
        const types = [...text.matchAll(/^rabbitmq_detailed_queue_info\{.*queue_type="(\w+)"/gm)].map(
            ([, type]) => type,
        );
        expect([...new Set(types)].sort()).toEqual(
            version === "4.0" ? [] : ["rabbit_classic_queue", "rabbit_quorum_queue", "rabbit_stream_queue"],
        );
        const terms = [...text.matchAll(/^rabbitmq_detailed_raft_term_total\{.*queue="(.+?)"/gm)];
        expect(terms.length > 0).toBe(version === "4.0");
    });

    it("has no metrics of other objects", () => {
        expect(
            missing(
                ["rabbitmq_detailed_queue_messages_made_up", "sum by (made_up) (rabbitmq_connections)"],
                metrics,
            ),
        ).toEqual([
            "metric rabbitmq_connections has no label made_up",
            "metric rabbitmq_detailed_queue_messages_made_up does not exist",
        ]);
    });

    it("tells no age of the messages in a quorum queue, which is why the alert concludes it", async () => {
        const url = `http://127.0.0.1:${stack.ports.prometheusPort}/metrics/detailed?family=queue_metrics`;
        const text = await (await fetch(url)).text();
        expect(text).not.toContain(`queue_head_message_timestamp{vhost="spot",queue="${links}"}`);
    });
});
