import { quoted } from "../../text/names.ts";
import type { CheckRule } from "../rule.ts";

export const missingVhostLimits: CheckRule = {
    id: "missingVhostLimits",
    severity: "note",
    reason: "Nothing limits the connections and queues of a virtual host, so one client that leaks them takes file descriptors and memory from the whole cluster.",
    fix: "Let the operator limit connections and queues of the virtual host, well above what is in use.",
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
                              message: `has no limit ${quoted(missing, " and ")}`,
                              fix: `set it: rabbitmqctl set_vhost_limits -p ${name} '{${missing.map((each) => `"${each}": ...`).join(", ")}}'`,
                          },
                      ];
            }),
};
