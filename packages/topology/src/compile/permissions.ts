import {
    type Exchange,
    exactly,
    type Permission,
    type RetryRoute,
    type Service,
    type TopicPermission,
    usersOf,
} from "../model/index.ts";

/** What permissions are derived from. */
export interface PermissionContext {
    readonly vhost: string;
    readonly exchanges: readonly Exchange[];
    readonly deadLetterExchange: string;
    /** By the name of the queue. */
    readonly retries: ReadonlyMap<string, RetryRoute>;
}

/** How the broker calls the exchange without a name when it checks permissions. */
const defaultExchange = "amq.default";

interface Target {
    readonly exchange: string;
    readonly routingKey: string;
}

/** Everything that a service sends, the copies included that it sends round again or to the dead letters. */
function targetsOf(service: Service, context: PermissionContext): readonly Target[] {
    const detours = service.consumes.flatMap(({ queue }) => {
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
    return [...service.publishes, ...service.calls, ...detours];
}

/**
 * One for each user: the least that lets a service do what it declares. Nobody may configure anything: objects come from this program alone.
 *
 * A reply to a direct reply-to address goes out through the default exchange, which reaches every queue by name; the broker has no
 * finer permission, so only services that answer requests, and operators that redrive, get it.
 * @see https://www.rabbitmq.com/docs/access-control
 * @see https://www.rabbitmq.com/docs/direct-reply-to
 */
export function permissionsOf(service: Service, context: PermissionContext): readonly Permission[] {
    const exchanges = targetsOf(service, context).map(({ exchange }) => exchange || defaultExchange);
    const direct = service.replies || service.redrives ? [defaultExchange] : [];
    const queues = [...service.consumes.map(({ queue }) => queue), ...service.inspects];
    return usersOf(service).map((user) => ({
        user,
        vhost: context.vhost,
        configure: exactly(),
        write: exactly(...exchanges, ...direct),
        read: exactly(...queues),
    }));
}

/** One record for each user and each topic exchange that a service writes to: without a record every key would be allowed. */
export function topicPermissionsOf(service: Service, context: PermissionContext): readonly TopicPermission[] {
    const targets = targetsOf(service, context);
    const written = context.exchanges.filter(
        ({ name, type }) => type === "topic" && targets.some(({ exchange }) => exchange === name),
    );
    return usersOf(service).flatMap((user) =>
        written.map(({ name }) => ({
            user,
            vhost: context.vhost,
            exchange: name,
            write: exactly(
                ...targets.filter(({ exchange }) => exchange === name).map(({ routingKey }) => routingKey),
            ),
            // Read applies to binding a queue, which no service does.
            read: exactly(),
        })),
    );
}
