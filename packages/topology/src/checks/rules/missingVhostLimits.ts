import { quoted } from "../../text/names.ts";
import type { CheckRule } from "../rule.ts";

export const missingVhostLimits: CheckRule = {
    id: "missingVhostLimits",
    severity: "note",
    reason: "A virtual host has no limit on connections or queues: one client that leaks them uses up the file descriptors and memory of the whole cluster.",
    fix: "Ask the operator to limit the connections and queues of the virtual host, well above normal use.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/vhosts#limits",
    check: ({ topology, queuesOf }) =>
        topology.vhosts
            .filter(({ name }) => queuesOf(name).length > 0)
            .flatMap(({ name, limits = {} }) => {
                const missing = [
                    ...(limits.maxConnections === undefined ? ["max-connections"] : []),
                    ...(limits.maxQueues === undefined ? ["max-queues"] : []),
                ];
                return missing.length === 0
                    ? []
                    : [
                          {
                              place: `virtual host "${name}"`,
                              message: `does not limit ${quoted(missing, " and ")}`,
                              fix: `set it: rabbitmqctl set_vhost_limits -p ${name} '{${missing.map((each) => `"${each}": ...`).join(", ")}}'`,
                          },
                      ];
            }),
};
