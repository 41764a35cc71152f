import { bindingText } from "../text/bindingText.ts";
import { quotedFirst } from "../text/names.ts";
import type { Place, ReachStep } from "./reach.ts";
import { type RoutingKeys } from "./routingKeys.ts";

/** The path of a message in words: `exchange "orders" with "order.created" -> "order.*" -> queue "orders"`. */
export function pathText(steps: readonly ReachStep[]): string {
    return steps.map(stepText).join(" -> ");
}

function stepText(step: ReachStep, index: number, steps: readonly ReachStep[]): string {
    const { via, to, by = "", binding, keys } = step;
    const place = placeText(to, steps[index - 1]?.to.vhost ?? to.vhost);
    const next = steps[index + 1];
    switch (via) {
        case "publish":
            return to.name === "" ? place : `${place} with ${usedKeyText(step, next)}`;
        case "bind":
            return `${place}, which it may bind to exchange "${by}"`;
        case "declare":
            return `${place}, as the alternate or dead-letter exchange of "${by}", which it may declare`;
        case "reject":
            return `a rejected message of ${place}`;
        case "queue name":
            return place;
        case "binding": {
            const before = steps[index - 1];
            const isShown =
                before !== undefined &&
                before.via !== "binding" &&
                before.via !== "alternate" &&
                usedKey(before, step) !== undefined;
            return isShown ? place : `${binding === undefined ? "" : `${bindingText(binding)} -> `}${place}`;
        }
        case "alternate":
            return `alternate ${place}`;
        case "dead letter":
            return `dead-letter ${place}${keys.kind === "listed" && to.name !== "" ? ` with ${usedKeyText(step, next)}` : ""}`;
        case "shovel":
            return `shovel "${by}" -> ${place}`;
    }
}

/** The one of the listed keys that the next binding has. */
function usedKey({ keys }: ReachStep, next: ReachStep | undefined): string | undefined {
    const key = next?.binding?.routingKey;
    return key !== undefined && keys.kind === "listed" && keys.keys.includes(key) ? key : undefined;
}

function usedKeyText(step: ReachStep, next: ReachStep | undefined): string {
    const key = usedKey(step, next);
    return key === undefined ? keysText(step.keys) : `"${key}"`;
}

function placeText({ kind, vhost, name }: Place, before: string): string {
    const where = vhost === before ? "" : ` in vhost "${vhost}"`;
    return kind === "exchange" && name === "" ? `the default exchange${where}` : `${kind} "${name}"${where}`;
}

function keysText(keys: RoutingKeys): string {
    if (keys.kind === "listed") {
        return quotedFirst(keys.keys, 3);
    }
    return keys.pattern === undefined ? "any routing key" : `routing keys that match ${keys.pattern}`;
}
