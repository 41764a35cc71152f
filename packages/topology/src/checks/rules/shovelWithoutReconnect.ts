import { linksOf } from "../../links/links.ts";
import { shovelPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const shovelWithoutReconnect: CheckRule = {
    id: "shovelWithoutReconnect",
    severity: "warning",
    reason: "A shovel starts again after a failure only if its reconnect delay is a positive number of whole seconds. Otherwise it stops at its first failure, and its source queue grows until a person starts it.",
    fix: "Set a positive reconnect delay, or remove it: the default is 5 seconds.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/shovel-dynamic#parameters",
    check: ({ topology }) =>
        linksOf(topology)
            .shovels.filter(({ reconnectDelay }) => !(Number.isInteger(reconnectDelay) && reconnectDelay > 0))
            .map((shovel) => ({
                place: shovelPlace(shovel),
                message: `has "reconnect-delay" ${shovel.reconnectDelay}, so it stops at its first failure and does not start again`,
                fix: "set a positive number of seconds, or remove it: the default is 5 seconds",
            })),
};
