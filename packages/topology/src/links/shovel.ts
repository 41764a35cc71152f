import { type ArgumentValue, isArgumentTable, linkComponents, type Parameter } from "../model/index.ts";
import { type BrokerAddress, brokerAddress, unescaped } from "./brokerAddress.ts";

/** How a shovel connects to one of its ends. */
export type ShovelProtocol = "amqp091" | "amqp10" | "local";

/** The protocols of shovels. */
export const shovelProtocols: readonly ShovelProtocol[] = ["amqp091", "amqp10", "local"];

/** One end of a shovel. */
export interface ShovelEnd {
    readonly protocol: ShovelProtocol;
    readonly broker: BrokerAddress;
    /** The virtual host on this broker. @default - it is on another broker */
    readonly vhost?: string;
    /** Where messages come from or go to. A destination without one keeps their exchange and routing key. */
    readonly object?: { readonly kind: "queue" | "exchange"; readonly name: string };
    /** The binding key of a source exchange, or the routing key for a destination exchange. @default - the messages' own */
    readonly key?: string;
    /** Whether the shovel waits for the queue instead of declaring it. */
    readonly isPredeclared: boolean;
    /** The type that it gives to a queue that it declares. @default - that of its virtual host */
    readonly queueType?: string;
}

/** A dynamic shovel: it consumes messages and publishes them elsewhere. */
export interface Shovel {
    readonly vhost: string;
    readonly name: string;
    readonly source: ShovelEnd;
    readonly destination: ShovelEnd;
    /** @default "on-confirm" */
    readonly ackMode: string;
    /** Seconds until it starts again after a failure. Without a positive integer it does not. */
    readonly reconnectDelay: number;
    /** After how many messages it deletes itself: a number, or `queue-length`. @default - never */
    readonly deleteAfter?: number | string;
}

/** The number of seconds that a shovel waits before it starts again, unless it says otherwise. */
const defaultReconnectDelay = 5;

/**
 * The virtual host of a URI that names none. It is not the shovel's own (measured on 4.0.5 and 4.3.6).
 */
export const defaultLinkVhost = "/";

type Fields = Readonly<Record<string, ArgumentValue>>;

/** The shovel of a parameter; `undefined` for another component, and for a value that is not a table. */
export function shovelOf({ vhost, component, name, value }: Parameter): Shovel | undefined {
    if (component !== linkComponents.shovel || !isArgumentTable(value)) {
        return undefined;
    }
    const after = value["src-delete-after"] ?? value["delete-after"];
    const delay = value["reconnect-delay"];
    const mode = textOf(value, "ack-mode");
    return {
        vhost,
        name,
        source: shovelEnd(value, "src"),
        destination: shovelEnd(value, "dest"),
        ackMode: mode ?? "on-confirm",
        reconnectDelay: typeof delay === "number" ? delay : defaultReconnectDelay,
        ...((typeof after === "number" || (typeof after === "string" && after !== "never")) && {
            deleteAfter: after,
        }),
    };
}

/** The protocol of an end; without one it is AMQP 0.9.1. */
export function shovelProtocol(
    value: unknown,
    known: readonly ShovelProtocol[] = shovelProtocols,
): ShovelProtocol {
    return known.find((each) => each === value) ?? "amqp091";
}

function shovelEnd(value: Fields, side: "dest" | "src"): ShovelEnd {
    const protocol = shovelProtocol(value[`${side}-protocol`]);
    const broker = brokerAddress(value[`${side}-uri`]);
    const args = value[`${side}-queue-args`];
    const queueType = isArgumentTable(args) ? textOf(args, "x-queue-type") : undefined;
    const isHere = broker.isHere || protocol === "local";
    const vhost = protocol === "amqp10" ? openHostname(broker.text) : broker.vhost;
    return {
        protocol,
        broker,
        ...(isHere && { vhost: vhost ?? defaultLinkVhost }),
        ...(protocol === "amqp10"
            ? addressed(textOf(value, `${side}-address`))
            : named(
                  textOf(value, `${side}-queue`),
                  textOf(value, `${side}-exchange`),
                  textOf(value, `${side}-exchange-key`) ?? (side === "src" ? "" : undefined),
              )),
        isPredeclared: value[`${side}-predeclared`] === true,
        ...(queueType !== undefined && { queueType }),
    };
}

/** AMQP 1.0 names the virtual host in the field `hostname` of its open frame: `amqp://localhost?hostname=vhost:shop`. */
function openHostname(uri: string): string | undefined {
    const { vhost } = /[?&]hostname=vhost:(?<vhost>[^&#]+)/.exec(uri)?.groups ?? {};
    return vhost === undefined ? undefined : unescaped(vhost);
}

type Target = Pick<ShovelEnd, "key" | "object">;

function named(queue: string | undefined, exchange: string | undefined, key: string | undefined): Target {
    return queue !== undefined
        ? { object: { kind: "queue", name: queue } }
        : exchange !== undefined
          ? { object: { kind: "exchange", name: exchange }, ...(key !== undefined && { key }) }
          : {};
}

/**
 * What an AMQP 1.0 address names, in both versions of the format.
 * @see https://www.rabbitmq.com/docs/amqp#address
 */
function addressed(address: string | undefined): Target {
    const [first = "", second = "", third, fourth] = (address ?? "").split("/");
    if (address === undefined || address === "") {
        return {};
    }
    if (first !== "") {
        return named(address, undefined, undefined);
    }
    switch (second) {
        case "queues":
        case "queue":
            return named(unescaped(third ?? ""), undefined, undefined);
        case "amq":
            return named(unescaped(fourth ?? ""), undefined, undefined);
        case "topic":
            return named(undefined, "amq.topic", unescaped(third ?? ""));
        case "exchanges":
        case "exchange":
            return named(
                undefined,
                unescaped(third ?? ""),
                fourth === undefined ? undefined : unescaped(fourth),
            );
        default:
            return {};
    }
}

function textOf(table: Fields, key: string): string | undefined {
    const value = table[key];
    return typeof value === "string" ? value : undefined;
}
