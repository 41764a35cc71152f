import type { ShovelEnd } from "./shovel.ts";

/** One end of a shovel in a sentence: `queue "orders" in vhost "shop"`, `exchange "events" at amqp://other`. */
export function endText(
    { object, key, vhost, broker, protocol }: ShovelEnd,
    side: "destination" | "source",
): string {
    const withKey =
        key === undefined || (side === "source" && key === "")
            ? ""
            : ` with ${side === "source" ? "binding" : "routing"} key "${key}"`;
    const place = vhost === undefined ? `at ${broker.text}` : `in vhost "${vhost}"`;
    return object === undefined
        ? `${side === "source" || protocol === "amqp10" ? "an unknown address" : "the exchange that each message came from"} ${place}`
        : `${object.kind} "${object.name}"${withKey} ${place}`;
}
