import { bindingKey } from "../../model/index.js";
import { bindingPlace } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const removedBinding: ChangeRule = {
    id: "removedBinding",
    severity: "warning",
    reason: "A binding goes while its exchange and its queue stay, and nothing tells whether anybody still publishes with its key: those messages no longer arrive.",
    fix: "Make sure that nobody publishes with the key any more.",
    invariants: [32],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (before, after) => {
        const kept = new Set(after.topology.bindings.map(bindingKey));
        return (
            before.topology.bindings
                .filter((each) => !kept.has(bindingKey(each)))
                .filter(({ vhost, source, destination, destinationType }) => {
                    const end = destinationType === "queue" ? after.queueNamed : after.exchangeNamed;
                    return (
                        after.exchangeNamed(vhost, source) !== undefined &&
                        end(vhost, destination) !== undefined
                    );
                })
                // Where the services are known, lostRoute says exactly what no longer arrives.
                .filter(() => before.topology.services.length === 0)
                .map((each) => ({
                    place: bindingPlace(each),
                    message: "is removed, so messages with its key no longer arrive",
                    fix: "make sure that nobody publishes with the key any more",
                }))
        );
    },
};
