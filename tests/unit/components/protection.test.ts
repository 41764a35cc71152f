import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { KubernetesBroker } from "../../../src/components/kubernetesBroker.js";
import { MessagingTopology } from "../../../src/components/messagingTopology.js";
import { parseEnvironment } from "../../../src/config/parseEnvironment.js";
import { devTopology, kubernetesConfig } from "../environments.js";
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

describe("KubernetesBroker", () => {
    it.each([
        [true, ["kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster broker-cluster"]],
        [false, []],
    ])("protects the nodes, and nothing else, where retain is %s", async (retain, expected) => {
        const { cluster } = parseEnvironment("prod", kubernetesConfig);
        const protectedOnes: string[] = [];
        await record("prod", () => {
            if (cluster.kind === "kubernetes") {
                const opts = {
                    transformations: [
                        ({ type, name, opts: { protect } }: pulumi.ResourceTransformationArgs) => {
                            if (protect === true) {
                                protectedOnes.push(`${type} ${name}`);
                            }
                            return undefined;
                        },
                    ],
                };
                new KubernetesBroker("broker", { cluster, retain }, opts);
            }
            return Promise.resolve();
        });
        expect(protectedOnes).toEqual(expected);
    });
});
