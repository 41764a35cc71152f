import { objectKey, type Service } from "../../../model/index.ts";
import type { RoutedMessage } from "../../../routing/routing.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import type { Comparison } from "../comparison.ts";
import { type SenderRoute, senderRoutesOf } from "./senderRoute.ts";

/** A message that its service sends to another exchange, or with another key, than before. */
export interface Redirection {
    readonly service: Service;
    /** As the service declares it: `service "gateway" publishes "request"`. */
    readonly use: string;
    readonly was: RoutedMessage;
    readonly is: RoutedMessage;
}

/** The redirected messages of services that stay. What an exchange of headers would do with them is not declared. */
export function redirections({ before, after }: Comparison): readonly Redirection[] {
    const former = new Map(
        before.topology.services.flatMap((each) =>
            senderRoutesOf(each).map((sending) => [useKey(sending), sending]),
        ),
    );
    return after.topology.services.flatMap((service) =>
        senderRoutesOf(service).flatMap((sending): readonly Redirection[] => {
            const old = former.get(useKey(sending));
            if (
                old === undefined ||
                (old.exchange === sending.exchange && old.routingKey === sending.routingKey)
            ) {
                return [];
            }
            const [was, is] = [messageOf(old), messageOf(sending)];
            return isByHeaders(before, was) || isByHeaders(after, is)
                ? []
                : [{ service, use: sending.use, was, is }];
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
    return side.exchangeNamed(vhost, exchange)?.type === "headers";
}
