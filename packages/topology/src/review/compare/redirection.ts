import type { RoutedMessage } from "../../routing/routing.ts";
import { type Sending, sendingsOf } from "./sending.ts";
import type { Pair, Side } from "./side.ts";

/** A message that its service sends to another exchange, or with another key, than before. */
export interface Redirection {
    readonly service: string;
    /** As the service declares it: `service "gateway" publishes "request"`. */
    readonly use: string;
    readonly was: RoutedMessage;
    readonly is: RoutedMessage;
}

/** The redirected messages of services that stay. What an exchange of headers would do with them is not declared. */
export function redirections({ before, after }: Pair): readonly Redirection[] {
    const former = new Map(
        before.topology.services.flatMap((each) => sendingsOf(each).map((sending) => [sending.use, sending])),
    );
    return after.topology.services.flatMap((service) =>
        sendingsOf(service).flatMap((sending): readonly Redirection[] => {
            const old = former.get(sending.use);
            if (
                old === undefined ||
                (old.exchange === sending.exchange && old.routingKey === sending.routingKey)
            ) {
                return [];
            }
            const [was, is] = [messageOf(before, old), messageOf(after, sending)];
            return isByHeaders(before, was) || isByHeaders(after, is)
                ? []
                : [{ service: service.name, use: sending.use, was, is }];
        }),
    );
}

function messageOf({ home }: Side, { exchange, routingKey }: Sending): RoutedMessage {
    return { vhost: home, exchange, routingKey };
}

function isByHeaders(side: Side, { vhost, exchange }: RoutedMessage): boolean {
    return side.exchange(vhost, exchange)?.type === "headers";
}
