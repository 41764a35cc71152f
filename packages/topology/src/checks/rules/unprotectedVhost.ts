import { counted } from "../../text/units.ts";
import type { CheckRule } from "../rule.ts";

export const unprotectedVhost: CheckRule = {
    id: "unprotectedVhost",
    severity: "note",
    reason: "One request can delete a virtual host without deletion protection, with all its queues and messages.",
    fix: "Ask the operator to protect it; the broker then refuses to delete it until the protection is disabled.",
    invariants: ["approvedDestruction", "operatorLimits"],
    source: "https://www.rabbitmq.com/docs/vhosts#deletion-protection",
    check: ({ topology, queuesOf, isExport }) =>
        topology.vhosts
            .filter(
                ({ name, protectedFromDeletion }) =>
                    protectedFromDeletion !== true &&
                    // An environment for trying things may be deleted, so it needs no protection.
                    queuesOf(name).some(({ retain }) => isExport || retain),
            )
            .map(({ name }) => ({
                place: `virtual host "${name}"`,
                message: `can be deleted with its ${counted(queuesOf(name).length, "queue")}`,
                fix: `protect it, on RabbitMQ 4.0.6 or later: rabbitmqctl enable_vhost_deletion_protection ${name}`,
            })),
};
