import { declaredReplicas } from "../../model/index.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const exceededLimit: CheckRule = {
    id: "exceededLimit",
    severity: "error",
    reason: "A limit is lower than what the topology declares: the broker refuses queues, connections or channels above it.",
    fix: "Raise the limit, or declare less.",
    invariants: ["operatorLimits"],
    source: "https://www.rabbitmq.com/docs/vhosts#limits",
    check: ({ topology, queuesOf, isExport }) => {
        // Each replica opens at least one connection, with at least one channel.
        return [
            ...topology.vhosts.flatMap(({ name, limits = {} }) => {
                const place = `virtual host "${name}"`;
                return [
                    ...limitProblems(
                        place,
                        "max-queues",
                        limits.maxQueues,
                        queuesOf(name).length,
                        "one for each declared queue",
                    ).map((problem) => (isExport ? onlyForClients(problem) : problem)),
                    ...limitProblems(
                        place,
                        "max-connections",
                        limits.maxConnections,
                        declaredReplicas(topology.services.filter(({ vhost }) => vhost === name)),
                        "one for each replica of its services",
                    ),
                ];
            }),
            ...topology.users.flatMap(({ name, limits = {} }) => {
                const needed = declaredReplicas(topology.services.filter((each) => each.name === name));
                const place = `user "${name}"`;
                return [
                    ...limitProblems(
                        place,
                        "max-connections",
                        limits.maxConnections,
                        needed,
                        "one for each replica of the service",
                    ),
                    ...limitProblems(
                        place,
                        "max-channels",
                        limits.maxChannels,
                        needed,
                        "one for each replica of the service",
                    ),
                ];
            }),
        ];
    },
};

/** An import creates queues above the limit, and the broker keeps them (measured on 4.3.6). */
function onlyForClients(problem: Problem): Problem {
    return {
        ...problem,
        severity: "warning",
        message: `${problem.message}; an import creates them all, but then clients cannot declare another one`,
    };
}

function limitProblems(
    place: string,
    key: string,
    limit: number | undefined,
    needed: number,
    reason: string,
): ReturnType<CheckRule["check"]> {
    return limit === undefined || limit >= needed
        ? []
        : [
              {
                  place,
                  message: `has "${key}" ${limit}, but needs ${needed}: ${reason}`,
                  fix: `raise it to at least ${needed}`,
              },
          ];
}
