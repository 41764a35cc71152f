import { declaredReplicas } from "../../model/index.ts";
import type { CheckRule } from "../rule.ts";

export const exceededLimit: CheckRule = {
    id: "exceededLimit",
    severity: "error",
    reason: "A limit is lower than what is declared: the broker refuses the queues above it, or the connections of replicas.",
    fix: "Raise the limit, or declare less.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/vhosts#limits",
    check: ({ topology, queuesOf }) => {
        // Each replica has one connection at least, and a channel on it.
        return [
            ...topology.vhosts.flatMap(({ name, limits = {} }) => {
                const place = `virtual host "${name}"`;
                return [
                    ...tooFew(
                        place,
                        "max-queues",
                        limits.maxQueues,
                        queuesOf(name).length,
                        "queues are declared",
                    ),
                    ...tooFew(
                        place,
                        "max-connections",
                        limits.maxConnections,
                        declaredReplicas(topology.services.filter(({ vhost }) => vhost === name)),
                        "replicas of services connect",
                    ),
                ];
            }),
            ...topology.users.flatMap(({ name, limits = {} }) => {
                const needed = declaredReplicas(topology.services.filter((each) => each.name === name));
                const place = `user "${name}"`;
                return [
                    ...tooFew(
                        place,
                        "max-connections",
                        limits.maxConnections,
                        needed,
                        "replicas connect as it",
                    ),
                    ...tooFew(
                        place,
                        "max-channels",
                        limits.maxChannels,
                        needed,
                        "replicas open channels as it",
                    ),
                ];
            }),
        ];
    },
};

function tooFew(
    place: string,
    key: string,
    limit: number | undefined,
    needed: number,
    need: string,
): ReturnType<CheckRule["check"]> {
    return limit === undefined || limit >= needed
        ? []
        : [
              {
                  place,
                  message: `has "${key}" ${limit}, but ${needed} ${need}`,
                  fix: `raise it to ${needed} at least`,
              },
          ];
}
