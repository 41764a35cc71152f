import {
    type Call,
    formatDuration,
    type Publication,
    type Service,
    type Topology,
} from "../../model/index.ts";
import { type Router, router } from "../../routing/routing.ts";
import { code, codes, plain, table } from "../markdown.ts";
import { nameIn } from "./naming.ts";

/** Each message that a service sends, the queues that it reaches, and their consumers. */
export function trafficParts(topology: Topology): readonly string[] {
    const route = router(topology);
    const parts = topology.services.flatMap((service) => {
        const rows = [
            ...service.publishes.map((each) => row(topology, route, service, each, publicationTraits(each))),
            ...service.calls.map((each) => row(topology, route, service, each, callTraits(each))),
        ];
        return rows.length === 0
            ? []
            : [
                  `### Sent by ${plain(nameIn(topology, service))}`,
                  "",
                  ...table(["message", "exchange", "routing key", "properties", "queues", "consumers"], rows),
              ];
    });
    return parts.length === 0 ? ["The topology declares no publishers.", ""] : parts;
}

function row(
    topology: Topology,
    route: Router,
    { vhost }: Service,
    { message, exchange, routingKey }: Pick<Publication, "message" | "exchange" | "routingKey">,
    traits: string,
): readonly string[] {
    const queues = route({ vhost, exchange, routingKey });
    const consumers = topology.services.filter(
        (each) => each.vhost === vhost && each.consumes.some(({ queue }) => queues.includes(queue)),
    );
    return [
        plain(message),
        exchange === "" ? "default exchange" : code(exchange),
        code(routingKey),
        traits,
        queues.length === 0 ? "**none**" : codes(queues),
        consumers.map(({ name }) => plain(name)).join(", "),
    ];
}

function publicationTraits({ persistent, mandatory, urgency, expiration }: Publication): string {
    return [
        persistent ? "persistent" : "transient",
        ...(mandatory ? ["mandatory"] : []),
        ...(urgency ? ["urgent at times"] : []),
        ...(expiration === undefined ? [] : [`expires after ${formatDuration(expiration)}`]),
    ].join(", ");
}

function callTraits({ timeout }: Call): string {
    return `request, waits ${formatDuration(timeout)} for the reply`;
}
