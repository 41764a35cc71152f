import type { CheckRule } from "../rule.ts";

export const tooManyQuorumQueues: CheckRule = {
    id: "tooManyQuorumQueues",
    severity: "warning",
    reason: "Each quorum queue is its own Raft cluster: with several thousands, a restarted node takes very long to catch up, and leader elections overload the cluster.",
    fix: "Use fewer queues, a stream, or several clusters.",
    invariants: ["clusterCapacity"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#resource-use",
    check: ({ topology }) => {
        const count = topology.queues.filter(({ type }) => type === "quorum").length;
        return count <= maxQuorumQueues
            ? []
            : [
                  {
                      place: "broker",
                      message: `has ${count} quorum queues, more than the ${maxQuorumQueues} that a cluster handles well`,
                      fix: "use fewer queues, a stream, or several clusters",
                  },
              ];
    },
};

const maxQuorumQueues = 5_000;
