import { routingOf } from "../../../broker/exchangeTypes.ts";
import { objectKey, type Service } from "../../../model/index.ts";
import type { RoutedMessage } from "../../../routing/routing.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import type { Comparison } from "../comparison.ts";
import { type SenderRoute, senderRoutesOf } from "./senderRoute.ts";

/** A message that its service now sends to another exchange or with another routing key. */
export interface Redirection {
    readonly service: Service;
    /** As the service declares it: `service "gateway" publishes "request"`. */
    readonly use: string;
    readonly messageBefore: RoutedMessage;
    readonly messageAfter: RoutedMessage;
}

/** The redirected messages of remaining services. Headers exchanges are left out: the headers of a message are not declared. */
export function redirections({ before, after }: Comparison): readonly Redirection[] {
    const routesBefore = new Map(
        before.topology.services.flatMap((each) =>
            senderRoutesOf(each).map((route) => [useKey(route), route]),
        ),
    );
    return after.topology.services.flatMap((service) =>
        senderRoutesOf(service).flatMap((route): readonly Redirection[] => {
            const routeBefore = routesBefore.get(useKey(route));
            if (
                routeBefore === undefined ||
                (routeBefore.exchange === route.exchange && routeBefore.routingKey === route.routingKey)
            ) {
                return [];
            }
            const [messageBefore, messageAfter] = [messageOf(routeBefore), messageOf(route)];
            return isByHeaders(before, messageBefore) || isByHeaders(after, messageAfter)
                ? []
                : [{ service, use: route.use, messageBefore, messageAfter }];
        }),
    );
}

function useKey({ vhost, use }: SenderRoute): string {
    return objectKey({ vhost, name: use });
}

function messageOf({ vhost, exchange, routingKey }: SenderRoute): RoutedMessage {
    return { vhost, exchange, routingKey };
}

function isByHeaders(side: TopologyView, { vhost, exchange }: RoutedMessage): boolean {
    const object = side.exchangeNamed(vhost, exchange);
    return object !== undefined && routingOf(object).routing === "headers";
}
