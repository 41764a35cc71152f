import { setTimeout as sleep } from "node:timers/promises";
import { analyzerName } from "../../../src/topology/names.ts";
import { withBroker } from "../support/messages.ts";
import { restore, scale } from "./deployments.ts";
import type { Disturbance } from "./disturbance.ts";

const [absent, stuck] = ["analyzer-links", "analyzer-headers"] as const;
const stuckQueue = analyzerName("headers");

/** Lines that a parser counts: more than its budget. */
const tooManyHeaders = "X-Padding: x\r\n".repeat(6_000);

/** An e-mail that analyzers read only in part, and compute noticeably for. */
function hostileMail(serial: number): Buffer {
    const page = "<p>before<a href='http://x.test/'><b><div>".repeat(20_000);
    return Buffer.from(
        `Subject: hostile ${serial}\r\nContent-Type: text/html\r\n${tooManyHeaders}\r\n<html>${page}`,
    );
}

/** Kills every parser process of a node for some seconds, as the kernel does when memory is short. */
const killParsers = `
end=$((SECONDS + $1))
while [ $SECONDS -lt $end ]; do
    all=$(pgrep -f spot_services.analyzer.process.template)
    for template in $all; do pkill -KILL -P $template; done
    sleep 0.3
done
true
`;

/** Analyzers that are away, and e-mails that are made to harm them. */
export const analyzerDisturbances = {
    absentAnalyzers: {
        name: "an analyzer that is away, and one that does not settle its jobs",
        alerts: ["ServiceDown", "QueueHasNoConsumers", "OldestMessageOverdue", "ConsumersStuck"],
        windowed: [
            ...["JobsExpire", "JobsStartLate", "UrgentAnalysesLate", "ErrorBudgetBurns"],
            "SubmissionsRefused",
        ],
        rate: 2,
        begin: async (site, active) => {
            await scale(site, absent, 0);
            await scale(site, stuck, 0);
            await withBroker(site, async (connection) => {
                const channel = await connection.createChannel();
                await channel.prefetch(1);
                await channel.consume(stuckQueue, () => undefined);
                await active(
                    ...["ServiceDown", "QueueHasNoConsumers", "OldestMessageOverdue", "ConsumersStuck"],
                    "UrgentAnalysesLate",
                );
            });
            await restore(site, absent);
            await restore(site, stuck);
        },
        end: async (site) => {
            await restore(site, absent);
            await restore(site, stuck);
        },
    },
    hostileMails: {
        name: "e-mails that are made to harm, and parsers that are killed over them",
        alerts: [],
        windowed: ["MailsIncomplete", "ParsersKilled"],
        begin: async (site) => {
            const mails = Array.from({ length: 30 }, (_, serial) => hostileMail(serial));
            await Promise.all([
                ...site.cluster.nodes.map(
                    async (node) => await node.run("bash", "-c", killParsers, "kill", "60"),
                ),
                (async () => {
                    // A counter that appears with its first event has no increase before its second one.
                    await site.traffic.submit(mails.slice(0, 5));
                    await sleep(20_000);
                    await site.traffic.submit(mails.slice(5));
                })(),
            ]);
        },
        end: () => Promise.resolve(),
    },
} satisfies Readonly<Record<string, Disturbance>>;
