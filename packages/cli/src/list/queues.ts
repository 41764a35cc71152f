import { type Bytes, type Duration, formatBytes, formatDuration, type Queue } from "@spot-messaging/topology";
import { effectiveSettings, fates, type QueueNumbers } from "@spot-messaging/topology/broker";
import { bindingText, formatCount, groupBy, groupLookup } from "@spot-messaging/topology/text";
import { type Column, key, type ListSource, type Table, tableOf } from "./column.ts";

/** All queues with their bindings, consumers and limits; with a live broker also their messages and consumers. */
export function queueTable({ topology, numbers }: ListSource): Table {
    const settingsOf = effectiveSettings(topology);
    const fateOf = fates(topology);
    const bindingsTo = groupLookup(
        topology.bindings.filter(({ destinationType }) => destinationType === "queue"),
        ({ vhost, destination }) => key(vhost, destination),
    );
    const consumersOf = groupLookup(
        topology.services.flatMap(({ vhost, name, consumes }) =>
            consumes.map(({ queue }) => ({ name, key: key(vhost, queue) })),
        ),
        (each) => each.key,
    );
    const live = new Map(numbers?.map((each) => [key(each.vhost, each.name), each]));
    const setting = (queue: Queue, name: string): number | null => {
        const value = settingsOf(queue).settings.value(name);
        return typeof value === "number" && value >= 0 ? value : null;
    };
    const sources = ({ vhost, name }: Queue) => bindingsTo(key(vhost, name));
    const columns: readonly Column<Queue>[] = [
        { id: "vhost", value: ({ vhost }) => vhost },
        { id: "name", value: ({ name }) => name },
        { id: "type", value: ({ type }) => type },
        {
            id: "sources",
            value: (queue) =>
                sources(queue).map(({ source, routingKey, arguments: args }) => ({
                    exchange: source,
                    routingKey,
                    arguments: args,
                })),
            text: (queue) =>
                [...groupBy(sources(queue), ({ source }) => source)].map(
                    ([source, bindings]) => `${source} (${bindings.map(bindingText).join(", ")})`,
                ),
        },
        {
            id: "consumedBy",
            value: ({ vhost, name }) => [...new Set(consumersOf(key(vhost, name)).map((each) => each.name))],
        },
        {
            id: "deadLetterQueue",
            value: ({ vhost, name }) => {
                const { end } = fateOf(vhost, name, "rejected");
                return end.kind === "queue" ? end.names.filter((each) => each !== name) : [];
            },
        },
        {
            id: "ttl",
            value: (queue) => setting(queue, "message-ttl"),
            text: (queue) => {
                const ttl = setting(queue, "message-ttl");
                return ttl === null ? "-" : formatDuration(ttl as Duration); // the key is in milliseconds
            },
        },
        {
            id: "maxLength",
            value: (queue) => setting(queue, "max-length"),
            text: (queue) => {
                const length = setting(queue, "max-length");
                return length === null ? "-" : formatCount(length);
            },
        },
        {
            id: "maxLengthBytes",
            value: (queue) => setting(queue, "max-length-bytes"),
            text: (queue) => {
                const size = setting(queue, "max-length-bytes");
                return size === null ? "-" : formatBytes(size as Bytes); // the key is in bytes
            },
        },
        { id: "purpose", value: ({ purpose }) => purpose ?? null, wide: true },
        { id: "durable", value: ({ durable }) => durable, wide: true },
        { id: "policy", value: (queue) => settingsOf(queue).policy?.name ?? null, wide: true },
        ...(numbers === undefined
            ? []
            : [
                  number("messages", ({ ready, unacknowledged }) =>
                      ready === undefined || unacknowledged === undefined
                          ? undefined
                          : ready + unacknowledged,
                  ),
                  number("consumers", ({ consumers }) => consumers),
              ]),
    ];
    return tableOf(topology.queues, columns);

    function number(id: string, read: (numbers: QueueNumbers) => number | undefined): Column<Queue> {
        const value = ({ vhost, name }: Queue): number | null => {
            const found = live.get(key(vhost, name));
            return (found === undefined ? undefined : read(found)) ?? null;
        };
        return {
            id,
            value,
            text: (queue) => {
                const count = value(queue);
                return count === null ? "-" : formatCount(count);
            },
        };
    }
}
