import { type Binding, binding, bindingKey, type Exchange, type InVhost, objectKey } from "../model/index.ts";
import type { Migration, StageId } from "./migration.ts";
import { isReplaced, type PlannedChange } from "./plannedChange.ts";

/** Where messages for a migrated queue go from the switch on, by the queue; `null`: nowhere. */
type Destinations = ReadonlyMap<string, InVhost | null>;

/**
 * The bindings of a stage. From the switch on, bindings lead to the temporary or new queues. An exchange that the change removes keeps its
 * bindings until the end, because its publishers move by themselves; so does a queue that moves to another virtual host.
 */
export function stageBindings(id: StageId, { before, after, migrations }: PlannedChange): readonly Binding[] {
    const replaced = new Map(
        migrations
            .filter(({ kind }) => kind === "exchange replacement")
            .map((each) => [objectKey(each.object), each]),
    );
    const moved = new Set(
        migrations.filter(({ kind }) => kind === "queue move").map(({ object }) => objectKey(object)),
    );
    const remaining = new Set(after.exchanges.map(objectKey));
    const vhosts = new Set(after.vhosts.map(({ name }) => name));
    const isOfReplaced = ({ vhost, source }: Binding): boolean =>
        replaced.has(objectKey({ vhost, name: source }));
    const isKept = ({ vhost, source, destination, destinationType }: Binding): boolean =>
        !vhosts.has(vhost) ||
        (!isBuiltIn(source) && !remaining.has(objectKey({ vhost, name: source }))) ||
        (destinationType === "queue" && moved.has(objectKey({ vhost, name: destination })));

    const destinations: Destinations = id === "prepare" ? new Map() : destinationsAt(id, migrations);
    const redirected = (all: readonly Binding[]): readonly Binding[] =>
        all.flatMap((each) => redirect(each, destinations));
    const bindings = [
        ...(id === "prepare"
            ? before.bindings
            : redirected([
                  ...after.bindings.filter((each) => id === "return" || !isOfReplaced(each)),
                  ...before.bindings.filter(
                      (each) => isKept(each) || (id === "switch" && isOfReplaced(each)),
                  ),
              ])),
        ...[...replaced.values()].flatMap((each) =>
            holderBindings(each, id, after.bindings, replaced, redirected),
        ),
        ...(isReplaced(id) ? after : before).exchanges.flatMap((each) =>
            overlap(each, replaced.get(objectKey(each)), (isReplaced(id) ? after : before).bindings),
        ),
    ];
    return [...new Map(bindings.map((each) => [bindingKey(each), each])).values()];
}

function isBuiltIn(exchange: string): boolean {
    return exchange === "" || exchange.startsWith("amq.");
}

function destinationsAt(id: StageId, migrations: readonly Migration[]): Destinations {
    return new Map(
        migrations.flatMap(({ kind, object, holder, successor }): [string, InVhost | null][] => {
            const key = objectKey(object);
            switch (kind) {
                case "queue replacement":
                    return id === "return" || holder === undefined ? [] : [[key, holder]];
                case "queue rename":
                    return successor === undefined ? [] : [[key, successor]];
                case "queue removal":
                    return [[key, null]];
                case "queue move":
                case "exchange replacement":
                case "exchange removal":
                    return [];
            }
        }),
    );
}

function redirect(each: Binding, destinations: Destinations): readonly Binding[] {
    if (each.destinationType !== "queue") {
        return [each];
    }
    const target = destinations.get(objectKey({ vhost: each.vhost, name: each.destination }));
    return target === undefined ? [each] : target === null ? [] : [{ ...each, destination: target.name }];
}

/** The bindings of the temporary exchange of a replaced one: all those that the new exchange will have. */
function holderBindings(
    { object: { vhost, name }, holder }: Migration,
    id: StageId,
    bindings: readonly Binding[],
    replaced: ReadonlyMap<string, Migration>,
    redirected: (all: readonly Binding[]) => readonly Binding[],
): readonly Binding[] {
    if (holder === undefined) {
        return [];
    }
    const here = bindings.filter((each) => each.vhost === vhost);
    const temporaryOf = (exchange: string): string =>
        replaced.get(objectKey({ vhost, name: exchange }))?.holder?.name ?? exchange;
    return [
        ...redirected(here.filter(({ source }) => source === name)).map((each) => ({
            ...each,
            source: holder.name,
            destination:
                each.destinationType === "exchange" && id !== "return"
                    ? temporaryOf(each.destination)
                    : each.destination,
        })),
        ...here
            .filter(
                ({ source, destination, destinationType }) =>
                    destinationType === "exchange" && destination === name && source !== name,
            )
            .map((each) => ({ ...each, destination: holder.name })),
    ];
}

/**
 * Bindings by which a replaced exchange sends everything to its temporary exchange too, because the broker creates its own bindings one by one. A
 * queue that a message reaches in two ways gets it once.
 */
function overlap(
    { vhost, name, type }: Exchange,
    migration: Migration | undefined,
    bindings: readonly Binding[],
): readonly Binding[] {
    const holder = migration?.holder;
    if (holder === undefined) {
        return [];
    }
    const toHolder = (routingKey: string, args: Binding["arguments"] = {}): Binding =>
        binding(vhost, name, holder.name, routingKey, { destinationType: "exchange", arguments: args });
    if (type === "topic" || type === "fanout") {
        return [toHolder(type === "topic" ? "#" : "")];
    }
    // The same keys and arguments, so that a message that matches one of its bindings matches this one too.
    return bindings
        .filter((each) => each.vhost === vhost && each.source === name)
        .map((each) => toHolder(each.routingKey, each.arguments));
}
