import { addQueue, all, bind, editExchange, editService, permit, permitKeys } from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

const rule = "undeclaredDestination";
const gatewayWrites = ["spot\\.analysis", "spot\\.notifications", "spot\\.rpc"];

export const destinationMutations = [
    ...mutationsOf(spot, [
        [
            rule,
            "a dead-letter exchange for which the broker checks no routing keys",
            editExchange("spot.dead-letter", { type: "direct" }),
        ],
        [
            rule,
            "a topic permission for the dead letters of another service",
            permitKeys("notifier", "spot.dead-letter", { write: "^(notifications|result-processor)" }),
        ],
        [
            rule,
            "a topic permission whose unbound keys fall to the alternate exchange",
            permitKeys("notifier", "spot.dead-letter", { write: "^notifications\\." }),
        ],
        [
            rule,
            "a queue with the name of an exchange that its publisher may bind",
            all(
                addQueue("spot.notifications"),
                permit("gateway", { read: "^(admin\\.gateway|spot\\.admin)$" }),
            ),
        ],
        [
            rule,
            "a service that may declare exchanges of its own",
            permit("gateway", {
                configure: "^gateway\\.",
                write: `^(${gatewayWrites.join("|")}|gateway\\..*)$`,
                read: "^(admin\\.gateway|gateway\\..*)$",
            }),
        ],
        [
            rule,
            "a service that publishes to a queue by its name",
            all(
                editService("notifier", ({ publishes }) => ({
                    publishes: [
                        ...publishes,
                        {
                            message: "status",
                            exchange: "",
                            routingKey: "notifications.status",
                            persistent: true,
                            mandatory: true,
                            urgency: false,
                        },
                    ],
                })),
                permit("notifier", { write: "^(amq\\.default|spot\\.dead-letter)$" }),
            ),
        ],
        [
            rule,
            "a service that may write to an exchange of every virtual host",
            all(
                bind("amq.topic", "result-processor", "#"),
                permit("gateway", { write: `^(${gatewayWrites.join("|")}|amq\\.topic)$` }),
            ),
        ],
        [
            rule,
            "a further queue of requests on the exchange of the requests",
            all(addQueue("audit.rpc", "classic"), bind("spot.rpc", "audit.rpc", "audit")),
        ],
    ]),
    ...mutationsOf(
        ["orders"],
        [
            [
                rule,
                "a user who may publish to every queue by its name",
                permit("orders", { write: "^(orders|amq\\.default)$" }),
            ],
        ],
    ),
];
