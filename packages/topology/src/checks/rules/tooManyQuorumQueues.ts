import type { CheckRule } from "../rule.ts";

export const tooManyQuorumQueues: CheckRule = {
    id: "tooManyQuorumQueues",
    severity: "warning",
    reason: "Each quorum queue is a Raft cluster of its own: beyond some thousands a restarting node takes very long to catch up, and elections storm.",
    fix: "Use fewer queues, a stream, or several clusters.",
    invariants: ["clusterCapacity"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#resource-use",
    check: ({ topology }) => {
        const count = topology.queues.filter(({ type }) => type === "quorum").length;
        return count <= most
            ? []
            : [
                  {
                      place: "broker",
                      message: `has ${count} quorum queues, more than the ${most} that a cluster carries well`,
                      fix: "use fewer queues, a stream, or several clusters",
                  },
              ];
    },
};

const most = 5_000;
