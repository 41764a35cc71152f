import { pushTo } from "../lookup/groups.ts";
import { type Exchange, type InVhost, objectKey, type Queue } from "../model/index.ts";
import { type ChangedObject, objectId } from "../review/compare/change.ts";
import type { Comparison } from "../review/compare/comparison.ts";
import { successorOf } from "../review/compare/successor.ts";
import { compareText, quoted, suggestName } from "../text/names.ts";
import { brokerFields } from "./brokerFields.ts";
import { type Drain, type Migration, type MigrationOptions, temporaryName } from "./migration.ts";
import { exchangeNotes, queueNotes } from "./migrationNotes.ts";

/** The migrations of a change, and what cannot be planned. */
export interface FoundMigrations {
    readonly migrations: readonly Migration[];
    readonly problems: readonly string[];
}

/** The queues and exchanges that a change replaces, renames, moves or removes, by object. */
export function findMigrations(comparison: Comparison, options: MigrationOptions): FoundMigrations {
    const problems = renameProblems(comparison, options);
    const migrations = [
        ...comparison.before.topology.queues.flatMap((each) => queueMigration(each, comparison, options)),
        ...comparison.before.topology.exchanges.flatMap((each) => exchangeMigration(each, comparison)),
    ].sort((a, b) => compareText(objectId(a.object), objectId(b.object)));
    return { migrations, problems: [...problems, ...sharedSuccessors(migrations)] };
}

function queueMigration(
    queue: Queue,
    comparison: Comparison,
    options: MigrationOptions,
): readonly Migration[] {
    const { before, after } = comparison;
    const object: ChangedObject = { kind: "queue", vhost: queue.vhost, name: queue.name };
    const same = after.queueNamed(queue.vhost, queue.name);
    const drain = options.drain ?? (promisesOrder(queue) ? "consumers" : "transfer");
    if (same !== undefined) {
        if (brokerFields(queue) === brokerFields(same)) {
            return [];
        }
        const holder = {
            vhost: queue.vhost,
            name: freeName(
                queue.name,
                (name) =>
                    before.queueNamed(queue.vhost, name) !== undefined ||
                    after.queueNamed(queue.vhost, name) !== undefined,
            ),
        };
        const notes = queueNotes({ from: queue, to: same, holder, drain, comparison });
        return [{ kind: "queue replacement", object, successor: named(same), holder, drain, notes }];
    }
    const successor = successorQueue(queue, comparison, options);
    if (successor === undefined) {
        const only: Drain = "consumers";
        const notes = queueNotes({ from: queue, drain: only, comparison });
        return [{ kind: "queue removal", object, drain: only, notes }];
    }
    const kind = successor.vhost === queue.vhost ? "queue rename" : "queue move";
    const notes = queueNotes({ from: queue, to: successor, drain, comparison });
    return [{ kind, object, successor: named(successor), drain, notes }];
}

/** The broker promises an order across consumers only if one of them is active. */
function promisesOrder({ arguments: args }: Queue): boolean {
    return args["x-single-active-consumer"] === true;
}

/** The queue that takes over: the one that a person names, one that looks renamed, or the one with the same name in a new place. */
function successorQueue(
    queue: Queue,
    comparison: Comparison,
    { renames }: MigrationOptions,
): Queue | undefined {
    const { before, after } = comparison;
    const given = renames?.get(queue.name);
    if (given !== undefined) {
        return after.queueNamed(queue.vhost, given);
    }
    const elsewhere = after.topology.queues.filter(
        ({ vhost, name }) => name === queue.name && before.queueNamed(vhost, name) === undefined,
    );
    return successorOf(queue, comparison) ?? (elsewhere.length === 1 ? elsewhere[0] : undefined);
}

function exchangeMigration(exchange: Exchange, comparison: Comparison): readonly Migration[] {
    const { before, after } = comparison;
    const { vhost, name } = exchange;
    const object: ChangedObject = { kind: "exchange", vhost, name };
    const same = after.exchangeNamed(vhost, name);
    if (same === undefined) {
        const isVhostDeleted = !after.topology.vhosts.some((each) => each.name === vhost);
        const notes = exchangeNotes({ from: exchange, comparison });
        return isVhostDeleted ? [] : [{ kind: "exchange removal", object, notes }];
    }
    if (brokerFields(exchange) === brokerFields(same)) {
        return [];
    }
    const isTaken = (one: string): boolean =>
        before.exchangeNamed(vhost, one) !== undefined || after.exchangeNamed(vhost, one) !== undefined;
    const holder = { vhost, name: freeName(name, isTaken) };
    const notes = exchangeNotes({ from: exchange, to: same, holder, comparison });
    return [{ kind: "exchange replacement", object, successor: named(same), holder, notes }];
}

/** `orders.migration`, or with a number if the name is taken. A name has at most 255 bytes. */
function freeName(name: string, isTaken: (name: string) => boolean): string {
    for (let count = 1; ; count++) {
        const suffix = `.${temporaryName}${count === 1 ? "" : `-${count}`}`;
        const candidate = `${withinBytes(name, 255 - suffix.length)}${suffix}`;
        if (!isTaken(candidate)) {
            return candidate;
        }
    }
}

function withinBytes(text: string, bytes: number): string {
    const encoder = new TextEncoder();
    let cut = text;
    while (encoder.encode(cut).length > bytes) {
        // Not between the halves of a surrogate pair.
        cut = cut.slice(0, -1).replace(/[\uD800-\uDBFF]$/u, "");
    }
    return cut;
}

function named({ vhost, name }: InVhost): InVhost {
    return { vhost, name };
}

function renameProblems({ before, after }: Comparison, { renames }: MigrationOptions): readonly string[] {
    const old = before.topology.queues.map(({ name }) => name);
    const now = after.topology.queues.map(({ name }) => name);
    return [...(renames ?? [])].flatMap(([from, to]) => [
        ...(old.includes(from) ? [] : [unknown(from, "before", old)]),
        ...(now.includes(to) ? [] : [unknown(to, "after", now)]),
        ...(now.includes(from) && old.includes(from)
            ? [`queue "${from}" exists after the change as well, so it is not renamed; leave the rename out`]
            : []),
    ]);
}

function unknown(name: string, side: string, known: readonly string[]): string {
    return `queue "${name}" does not exist ${side} the change; ${suggestName(name, known, `name a queue of the topology ${side} it`)}`;
}

/** Two queues whose messages would end in one. */
function sharedSuccessors(migrations: readonly Migration[]): readonly string[] {
    const renamed = migrations.filter(({ kind }) => kind === "queue rename" || kind === "queue move");
    const groups = new Map<string, Migration[]>();
    for (const each of renamed) {
        pushTo(groups, each.successor === undefined ? "" : objectKey(each.successor), each);
    }
    return [...groups.values()]
        .filter(({ length }) => length > 1)
        .map(
            (group) =>
                `queues ${quoted(group.map(({ object }) => object.name))} both become "${group[0]?.successor?.name ?? ""}"; name the one that is renamed with --rename OLD=NEW, and remove the other in a later change`,
        );
}
