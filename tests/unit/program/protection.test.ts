import { describe, expect, it } from "vitest";
import { devTopology, prodConfig } from "../environments.ts";
import { protectedBy } from "./recorder.ts";

// A reply is useless after a minute.
const queues = devTopology("4.3")
    .queues.filter(({ purpose }) => purpose !== "replies")
    .map(({ name }) => `rabbitmq:index/queue:Queue spot-queue-${name}`);
const wanted = await protectedBy("prod", { ...prodConfig, protectQueues: "true" });
const unwanted = await protectedBy("prod", { ...prodConfig, protectQueues: "false" });

describe("protectQueues", () => {
    it("protects only objects that store messages or emails", () => {
        expect(wanted).toEqual(
            [
                "kubernetes:postgresql.cnpg.io/v1:Cluster services-database-cluster",
                "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster rabbitmq-kubernetes-cluster",
                ...queues,
            ].sort(),
        );
    });

    it("protects nothing where it is false", () => {
        expect(unwanted).toEqual([]);
    });
});
