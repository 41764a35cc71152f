import type { ArgumentValue } from "./arguments.ts";
import type { Duration } from "./duration.ts";
import type { UserTag } from "./user.ts";

/** A kind of message that a service publishes, and where to. */
export interface Publication {
    /** What the service itself calls the message, e.g. `"finding"`. */
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** Whether the message survives a restart of the broker. */
    readonly persistent: boolean;
    /** Whether the publisher wants the message back when no queue takes it. */
    readonly mandatory: boolean;
    /** Whether the sender may mark the message urgent. */
    readonly urgency: boolean;
    /** After how long the message is worthless; `undefined`: never. */
    readonly expiration?: Duration;
}

/** A queue that a service consumes, and how. */
export interface Subscription {
    /** What the service itself calls what it receives, e.g. `"job"`. */
    readonly message: string;
    readonly queue: string;
    /** How many unacknowledged messages the broker hands out at once to one consumer. */
    readonly prefetch: number;
    /** How long handling one message may take before it counts as failed. */
    readonly jobLimit: Duration;
}

/** A request that a service makes and awaits the reply of, by direct reply-to. */
export interface Call {
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly timeout: Duration;
}

/** How a service runs. */
export interface Workload {
    /** The argument that makes the services' image run this service. */
    readonly program: string;
    readonly replicas: number;
    /** The port of its HTTP interface inside the container, where it has one. */
    readonly httpPort?: number;
    /** What the service reads besides the names of the topology. */
    readonly settings: Readonly<Record<string, ArgumentValue>>;
}

/** A program, or a person with tools, that uses the broker under a user of its own. */
export interface Service {
    /** The virtual host of everything that it names. */
    readonly vhost: string;
    readonly name: string;
    readonly publishes: readonly Publication[];
    readonly consumes: readonly Subscription[];
    readonly calls: readonly Call[];
    /** Whether it answers requests: replies go out through the default exchange to the requester's direct reply-to address. */
    readonly replies: boolean;
    /** Queues that it reads without being their consumer, such as dead-letter queues. */
    readonly inspects: readonly string[];
    /** Whether it puts inspected messages back into their queue, through the default exchange. */
    readonly redrives: boolean;
    readonly tags: readonly UserTag[];
    /** Its users on the broker, all with the same rights; it uses the first. @default - one, of its own name */
    readonly users?: readonly string[];
    /** `undefined` for users that nothing deploys: operators, monitoring. */
    readonly workload?: Workload;
}

/** A service that does nothing but what `settings` says. */
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

/** Every user that a service has on the broker, the one that it uses first. */
export function usersOf({ name, users }: Service): readonly string[] {
    return users ?? [name];
}

/** The user that a service uses. */
export function userOf(service: Service): string {
    return usersOf(service)[0] ?? service.name;
}

/** How many processes of all services run, where nothing scales them. */
export function declaredReplicas(services: readonly Service[]): number {
    return services.reduce((total, { workload }) => total + (workload?.replicas ?? 0), 0);
}
