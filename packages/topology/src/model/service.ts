import type { ArgumentValue } from "./arguments.ts";
import type { Duration } from "./duration.ts";
import type { UserTag } from "./user.ts";

/** A kind of message that a service publishes, with its exchange and routing key. */
export interface Publication {
    /** The service's name for the message, such as `"finding"`. */
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** Whether the message survives a restart of the broker. */
    readonly persistent: boolean;
    /** Whether the broker returns the message to the publisher if it is unroutable. */
    readonly mandatory: boolean;
    /** Whether the publisher may mark the message as urgent. */
    readonly urgency: boolean;
    /** The time after which the message expires; `undefined`: never. */
    readonly expiration?: Duration;
}

/** A queue that a service consumes, with its prefetch and time limit. */
export interface Subscription {
    /** The service's name for the message, such as `"job"`. */
    readonly message: string;
    readonly queue: string;
    /** The maximum number of unacknowledged messages of one consumer. */
    readonly prefetch: number;
    /** The maximum time of one message before it counts as failed. */
    readonly jobLimit: Duration;
}

/** A request that a service sends, whose reply arrives in the stream of the replies to its service. */
export interface Call {
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly timeout: Duration;
}

/** How a service is deployed. */
export interface Workload {
    /** The argument that selects this service in the services' image. */
    readonly program: string;
    readonly replicas: number;
    /** The port of its HTTP interface inside the container, if it has one. */
    readonly httpPort?: number;
    /** Further settings for the service, besides the names of the topology. */
    readonly settings: Readonly<Record<string, ArgumentValue>>;
}

/** A program, or a person with tools, that uses the broker with its own user. */
export interface Service {
    /** The virtual host of all exchanges and queues that it names. */
    readonly vhost: string;
    readonly name: string;
    readonly publishes: readonly Publication[];
    readonly consumes: readonly Subscription[];
    readonly calls: readonly Call[];
    /** Whether it replies to the requests that it consumes. */
    readonly replies: boolean;
    /** Queues whose messages it looks at without consuming them, such as dead-letter queues. */
    readonly inspects: readonly string[];
    /** Whether it republishes inspected dead letters to their work queue, through the retry exchange. */
    readonly redrives: boolean;
    readonly tags: readonly UserTag[];
    /** Its users on the broker, all with the same permissions; it connects as the first. @default - one with the service's name */
    readonly users?: readonly string[];
    /** `undefined` for services that are not deployed: operators, monitoring. */
    readonly workload?: Workload;
}

/** A service with the given settings; by default it publishes and consumes nothing. */
export function service(
    vhost: string,
    name: string,
    settings: Partial<Omit<Service, "vhost" | "name">> = {},
): Service {
    return {
        vhost,
        name,
        publishes: [],
        consumes: [],
        calls: [],
        replies: false,
        inspects: [],
        redrives: false,
        tags: [],
        ...settings,
    };
}

/** The users of a service on the broker; it connects as the first. */
export function usersOf({ name, users }: Service): readonly string[] {
    return users ?? [name];
}

/** The user that a service connects as. */
export function userOf(service: Service): string {
    return usersOf(service)[0] ?? service.name;
}

/** The declared number of replicas of all services, without autoscaling. */
export function declaredReplicas(services: readonly Service[]): number {
    return services.reduce((total, { workload }) => total + (workload?.replicas ?? 0), 0);
}
