import type { CheckRule } from "../rule.ts";

export const unprotectedVhost: CheckRule = {
    id: "unprotectedVhost",
    severity: "note",
    reason: "A virtual host without deletion protection goes with everything in it by one careless request.",
    fix: "Let the operator protect it; the broker then refuses to delete it until somebody lifts the protection.",
    invariants: ["approvedDestruction", "operatorLimits"],
    source: "https://www.rabbitmq.com/docs/vhosts#deletion-protection",
    check: ({ topology, queuesOf, foreign }) =>
        topology.vhosts
            .filter(
                ({ name, protectedFromDeletion }) =>
                    protectedFromDeletion !== true &&
                    // What the program itself may delete, an environment to try things, is not to be protected.
                    queuesOf(name).some(({ retain }) => foreign || retain),
            )
            .map(({ name }) => ({
                place: `virtual host "${name}"`,
                message: `may be deleted with its ${queuesOf(name).length} queues`,
                fix: `protect it, on RabbitMQ 4.0.6 or later: rabbitmqctl enable_vhost_deletion_protection ${name}`,
            })),
};
