import { ensureBrokerImage } from "@spot-messaging/local/images";
import { expect } from "vitest";
import type { SiteExperiments } from "../support/experiment.ts";
import { tryFault } from "../support/faultTrial.ts";
import { nodeAt } from "../support/leaders.ts";

/** RabbitMQ 4.3 upgrades in place from 4.2 only. */
export function upgradeExperiments({ experiment }: SiteExperiments): void {
    experiment(
        "RabbitMQ 4.3 refuses to start with the data of a 4.0 node; the others go on, and no confirmed message is lost",
        "a node of 4.0 is started with 4.3, then with 4.0 and an empty disk",
        async (site, note) => {
            const image = "rabbitmq:4.3-management";
            await ensureBrokerImage(site.cluster.docker, { image, version: "4.3" }, () => undefined);
            const [other, node] = [nodeAt(site, 0), nodeAt(site, 2)];
            await tryFault(site, note, {
                hold: 3,
                inject: async () => {
                    await node.stop();
                    const { exitCode, log } = await node.tryImage(image, 60_000);
                    expect(exitCode).not.toBe(0);
                    note(refusal(log));
                },
                repair: async () => {
                    // What the refused start left in the data is not known, so the node starts empty.
                    await node.wipe();
                    await other.ctl("forget_cluster_node", node.name);
                    await node.start();
                },
            });
        },
    );
}

/** The line of the log that says why. */
function refusal(log: string): string {
    const line = log
        .split("\n")
        .find((each) => /feature flag|incompatible|upgrade|not supported/iu.test(each));
    return line === undefined
        ? "4.3 ends without a reason in its log"
        : `4.3 says: ${line.trim().slice(0, 160)}`;
}
