import { describe, expect, it } from "vitest";
import { MessagingTopology } from "../../../src/components/messagingTopology.js";
import { devTopology } from "../environments.js";
import { record } from "./recorder.js";

describe("MessagingTopology", () => {
    it.each([
        ["true", 29],
        ["false", 0],
    ])("protects queues, and nothing else, where protectQueues is %s", async (protectQueues, count) => {
        const topology = devTopology("4.3", { protectQueues });
        const protectedOnes: string[] = [];
        await record("dev", () => {
            new MessagingTopology(
                "spot",
                { topology },
                {
                    transformations: [
                        ({ type, name, opts }) => {
                            if (opts.protect === true) {
                                protectedOnes.push(`${type} ${name}`);
                            }
                            return undefined;
                        },
                    ],
                },
            );
            return Promise.resolve();
        });
        expect(protectedOnes).toHaveLength(count);
        expect(protectedOnes.sort()).toEqual(
            topology.queues
                .filter(({ retain }) => retain)
                .map(({ name }) => `rabbitmq:index/queue:Queue spot-queue-${name}`)
                .sort(),
        );
    });
});
