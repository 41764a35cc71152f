import { z } from "zod";
import { brokerOf } from "../../../src/cli/access.ts";
import { versionOf } from "../../support/goProgram.ts";
import type { Ground } from "./ground.ts";
import { cloudNativePg, keda, prometheusOperator, rabbitmqClusterOperator } from "./modules.ts";
import type { OperatorName } from "./operators.ts";
import type { Site } from "./site.ts";

const operators: Readonly<Record<OperatorName, readonly [string, string]>> = {
    rabbitmq: ["RabbitMQ Cluster Operator", versionOf(rabbitmqClusterOperator)],
    "cloudnative-pg": ["CloudNativePG", versionOf(cloudNativePg)],
    keda: ["KEDA", versionOf(keda)],
    prometheus: ["Prometheus Operator", versionOf(prometheusOperator)],
};

const info = z.object({ gitVersion: z.string() });

/** What ran: `Kubernetes v1.34.4`, the broker and the operators. */
export async function versionsOf({
    cluster,
    declared,
    operators: names,
}: Ground & Partial<Pick<Site, "declared">>): Promise<readonly string[]> {
    const { gitVersion } = info.parse(await cluster.client.get("/version"));
    const overview = declared && (await brokerOf(declared.access).overview());
    return [
        `Kubernetes ${gitVersion}`,
        ...(overview === undefined ? [] : [`RabbitMQ ${overview.rabbitmq_version}`]),
        ...names.map((name) => operators[name].join(" ")),
    ];
}
