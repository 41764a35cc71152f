import { defaultExchange } from "../model/builtInExchange.ts";
import {
    type Exchange,
    exactPattern,
    type Permission,
    type RetryRoute,
    type Service,
    type TopicPermission,
    usersOf,
} from "../model/index.ts";

/** The parts of a virtual host that permissions are derived from. */
export interface PermissionContext {
    readonly vhost: string;
    readonly exchanges: readonly Exchange[];
    readonly deadLetterExchange: string;
    /** By queue name. */
    readonly retries: ReadonlyMap<string, RetryRoute>;
    /** Where a service publishes redriven messages. */
    readonly redrivenBy: (service: Service) => readonly Target[];
}

interface Target {
    readonly exchange: string;
    readonly routingKey: string;
}

/** Where a service publishes, including messages that it republishes for a retry, as dead letters or to redrive them. */
function targetsOf(service: Service, context: PermissionContext): readonly Target[] {
    const republished = service.consumes.flatMap(({ queue }) => {
        const retry = context.retries.get(queue);
        if (retry === undefined) {
            return [];
        }
        const { deadLetterExchange } = context;
        const deadLetter = { exchange: deadLetterExchange, routingKey: queue };
        const delays = retry.mode === "exchange" ? retry.routingKeys : [];
        return [
            deadLetter,
            ...delays.map((routingKey) => ({
                exchange: retry.mode === "exchange" ? retry.exchange : "",
                routingKey,
            })),
        ];
    });
    return [...service.publishes, ...service.calls, ...republished, ...context.redrivenBy(service)];
}

/**
 * The minimum permission for what a service declares, one for each user. No user has configure permission, because only this program declares
 * objects.
 * @see https://www.rabbitmq.com/docs/access-control
 */
export function permissionsOf(service: Service, context: PermissionContext): readonly Permission[] {
    const exchanges = targetsOf(service, context).map(({ exchange }) => exchange || defaultExchange);
    const queues = [...service.consumes.map(({ queue }) => queue), ...service.inspects];
    return usersOf(service).map((user) => ({
        user,
        vhost: context.vhost,
        configure: exactPattern(),
        write: exactPattern(...exchanges),
        read: exactPattern(...queues),
    }));
}

/** One for each user and each topic exchange that a service publishes to: without a topic permission, every routing key would be allowed. */
export function topicPermissionsOf(service: Service, context: PermissionContext): readonly TopicPermission[] {
    const targets = targetsOf(service, context);
    const topicExchanges = context.exchanges.filter(
        ({ name, type }) => type === "topic" && targets.some(({ exchange }) => exchange === name),
    );
    return usersOf(service).flatMap((user) =>
        topicExchanges.map(({ name }) => ({
            user,
            vhost: context.vhost,
            exchange: name,
            write: exactPattern(
                ...targets.filter(({ exchange }) => exchange === name).map(({ routingKey }) => routingKey),
            ),
            // Read is needed to bind a queue, which no service does.
            read: exactPattern(),
        })),
    );
}
