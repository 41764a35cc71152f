import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { eventually } from "../../broker/support/eventually.ts";
import { closeConnection } from "../support/closeConnection.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { seconds, tryFault } from "../support/faultTrial.ts";
import { nodeAt } from "../support/leaders.ts";
import { withProbe } from "../support/probe.ts";
import { referenceVhost } from "../support/referenceTopology.ts";
import type { Site } from "../support/site.ts";

const blocks =
    "an alarm of one node blocks the publishers of all nodes, consumers continue, and no confirmed message is lost";

/** The limits without an alarm, as in the nodes' configuration. */
const normalLimit = "1GB";

/** Nodes that run out of something. */
export function resourceExperiments({ experiment }: SiteExperiments): void {
    const alarm = async (site: Site, command: readonly string[], name: string): Promise<void> => {
        await nodeAt(site, 1).ctl(...command);
        const { api } = nodeAt(site, 0);
        await eventually(
            `the alarm ${name}`,
            async () => {
                // The alarms of each node.
                const nodes = (await api.get(["nodes"])) as readonly Readonly<Record<string, unknown>>[];
                return nodes.some((node) => node[`${name}_alarm`] === true) ? true : undefined;
            },
            30_000,
        );
        // Publishers that are blocked now had messages in flight.
        await sleep(2_000);
    };
    const tryAlarm = async (
        site: Site,
        note: (figure: string) => void,
        name: "disk_free" | "mem",
        raise: readonly string[],
        clear: readonly string[],
    ): Promise<void> => {
        let [first, last] = [0, 0];
        await tryFault(site, note, {
            inject: async (_, { ledger }) => {
                await alarm(site, raise, name);
                first = ledger.confirmed;
            },
            repair: async (_, { ledger }) => {
                last = ledger.confirmed;
                await nodeAt(site, 1).ctl(...clear);
            },
        });
        expect(last - first).toBe(0);
    };
    experiment(blocks, "disk alarm of one node", async (site, note) => {
        await tryAlarm(
            site,
            note,
            "disk_free",
            ["set_disk_free_limit", "1000TB"],
            ["set_disk_free_limit", normalLimit],
        );
    });
    experiment(blocks, "memory alarm of one node", async (site, note) => {
        await tryAlarm(
            site,
            note,
            "mem",
            ["set_vm_memory_high_watermark", "absolute", "10MB"],
            ["set_vm_memory_high_watermark", "absolute", normalLimit],
        );
    });
    experiment(
        "a message that a consumer holds longer than the consumer timeout is delivered to another consumer",
        "",
        async (site, note) => {
            // Nodes of 4.0 to 4.2 look for such consumers once a minute, with the channel's tick; here more often.
            await Promise.all(
                site.cluster.nodes.map((node) =>
                    node.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 2000)."),
                ),
            );
            const holder = await site.cluster.connect(nodeAt(site, 1), referenceVhost);
            try {
                const channel = await holder.createChannel();
                channel.on("error", () => undefined);
                await withProbe(site, referenceVhost, async ({ publish, take, channel: other }) => {
                    const held = new Promise<string>((resolve) => {
                        void channel.consume("timed", (message) => {
                            if (message !== null) {
                                resolve(message.content.toString());
                            }
                        });
                    });
                    expect(await publish("", "timed", "held")).toBe("confirmed");
                    expect(await held).toBe("held");
                    const begun = Date.now();
                    const again = await take("timed");
                    note(`delivered again after ${seconds(Date.now() - begun)}, with a timeout of 5 s`);
                    expect(again.content.toString()).toBe("held");
                    other.ack(again);
                });
            } finally {
                await closeConnection(holder);
            }
        },
    );
}
