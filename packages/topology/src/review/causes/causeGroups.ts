import type { ArgumentValue } from "../../model/index.ts";
import type { Change, ChangedObject } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";
import type { CauseParts } from "./cause.ts";
import { type ChangeIndex, fieldOf, grantOf } from "./changeIndex.ts";
import { isNameLost } from "./componentRename.ts";
import { explanationOf } from "./explanation.ts";
import { Partition } from "./partition.ts";
import { renamesIn } from "./rename.ts";

interface Group extends CauseParts {
    readonly roots: Change[];
    readonly followers: Change[];
    readonly routing: CauseParts["routing"][number][];
    readonly permissions: CauseParts["permissions"][number][];
    readonly contract: CauseParts["contract"][number][];
}

/**
 * Every difference in exactly one group. A group begins with what a person changed in the program: an object, a value that several objects
 * share, a name. The rest follows from it.
 */
export function causeGroups(index: ChangeIndex): readonly CauseParts[] {
    const rootOf = roots(index);
    const partition = joined(
        index.changes.filter((each) => rootOf(each) === each),
        index,
    );
    const groups = new Map<unknown, Group>();
    const groupOf = (leader: unknown): Group => {
        const known = groups.get(leader) ?? {
            roots: [],
            followers: [],
            routing: [],
            permissions: [],
            contract: [],
        };
        groups.set(leader, known);
        return known;
    };
    const leaderOf = (change: Change | undefined): Change | undefined =>
        change === undefined ? undefined : partition.leaderOf(rootOf(change));
    for (const each of index.changes) {
        const root = rootOf(each);
        const group = groupOf(partition.leaderOf(root));
        (root === each ? group.roots : group.followers).push(each);
    }
    const causeOfRoute = routeCauses(index);
    for (const each of index.routing) {
        groupOf(leaderOf(causeOfRoute(each)) ?? each).routing.push(each);
    }
    for (const each of index.permissions) {
        groupOf(leaderOf(index.changeOf(grantOf(each))) ?? `user ${each.user}`).permissions.push(each);
    }
    for (const each of index.contract) {
        groupOf(leaderOf(contractCause(each, index, causeOfRoute)) ?? each).contract.push(each);
    }
    return [...groups.values()];
}

/** The change at the beginning of each change's explanations; a change without explanation is its own. */
function roots(index: ChangeIndex): (change: Change) => Change {
    const known = new Map<Change, Change>();
    return (change) => {
        const path: Change[] = [];
        let root = change;
        while (!known.has(root) && !path.includes(root)) {
            path.push(root);
            root = explanationOf(root, index) ?? root;
        }
        const found = known.get(root) ?? root;
        for (const each of path) {
            known.set(each, found);
        }
        return found;
    };
}

/** Joins the changes that one edit of the program makes: by a name, a value, a routing key or a user. */
function joined(changes: readonly Change[], index: ChangeIndex): Partition<Change> {
    const partition = new Partition<Change>();
    const isRoot = new Set(changes);
    for (const { deleted, created } of renamesIn(index)) {
        if (isRoot.has(deleted) && isRoot.has(created)) {
            partition.join(deleted, created);
        }
    }
    const first = new Map<string, Change>();
    for (const each of changes) {
        for (const key of keysOf(each, index)) {
            const known = first.get(key);
            if (known === undefined) {
                first.set(key, each);
            } else {
                partition.join(known, each);
            }
        }
    }
    return partition;
}

/** What a change has in common with others that the same edit makes. */
function keysOf(change: Change, index: ChangeIndex): readonly string[] {
    if (index.component !== undefined && isNameLost(change)) {
        return ["component"];
    }
    const { object, action, fields } = change;
    const rights = index.permissionsOf(change);
    const user = rights.some(({ needsApproval, missing }) => needsApproval || missing.length > 0)
        ? [`user ${rights[0]?.user ?? ""}`]
        : [];
    if (object.kind === "binding") {
        const [source, key] = [fieldOf(change, "source"), fieldOf(change, "routingKey")];
        const ends = [object.vhost, source, fieldOf(change, "destination")];
        return [keyText(object.vhost, source, key), JSON.stringify(ends)];
    }
    if (object.kind === "service" && action === "update") {
        return [
            ...user,
            ...values(change),
            ...sentKeys(change, index),
            ...(fields.some(({ field }) => fieldPath(field)[0] === "tags") ? [`user ${object.name}`] : []),
        ];
    }
    return action === "update" || action === "replace"
        ? [...user, ...values(change), ...delays(change, index)]
        : user;
}

/** The delays before each attempt follow from one setting. */
function delays({ object }: Change, { targetsOf, comparison }: ChangeIndex): readonly string[] {
    const isDelay = ({ vhost, name }: ChangedObject): boolean =>
        comparison.after.queueNamed(vhost, name)?.purpose === "delay";
    return object.kind === "policy" && targetsOf(object).some(isDelay) ? ["delays"] : [];
}

function keyText(vhost: string, exchange: string, routingKey: string): string {
    return `key ${JSON.stringify([vhost, exchange, routingKey])}`;
}

/** The routing keys of the messages that a service publishes otherwise, before and after. */
function sentKeys({ object, fields }: Change, { servicesNamed }: ChangeIndex): readonly string[] {
    const isRedirected = (list: string, message: string): boolean =>
        fields.some(({ field }) => {
            const [changedList, changedMessage, property = ""] = fieldPath(field);
            return (
                changedList === list &&
                changedMessage === message &&
                ["exchange", "routingKey"].includes(property)
            );
        });
    return servicesNamed(object).flatMap(({ vhost, publishes, calls }) =>
        [
            ...publishes.filter(({ message }) => isRedirected("publishes", message)),
            ...calls.filter(({ message }) => isRedirected("calls", message)),
        ].map(({ exchange, routingKey }) => keyText(vhost, exchange, routingKey)),
    );
}

/** Smaller numbers are equal by chance. */
const distinctiveNumber = 1_000;

/** The values before and after of each field. The object's own name does not count, so that names made from it are alike. */
function values({ object, fields }: Change): readonly string[] {
    return fields.flatMap(({ field, before, after }) => {
        const text = (value: ArgumentValue | undefined): string =>
            JSON.stringify(value ?? null).replaceAll(object.name.replace(/^queue\./u, ""), "\0");
        const path = fieldPath(field);
        const isDistinctive =
            typeof before === "number" &&
            typeof after === "number" &&
            Math.max(before, after) >= distinctiveNumber;
        return [
            `${object.kind} ${path.length > 2 ? `${path[0] ?? ""}.${path.at(-1) ?? ""}` : field} ${text(before)} ${text(after)}`,
            ...(isDistinctive ? [`${before} ${after}`] : []),
        ];
    });
}

/** The change that causes a route change: the one whose effect it is, or the first one about its ends. */
function routeCauses(index: ChangeIndex): (route: RouteChange) => Change | undefined {
    const byRoute = new Map<string, Change>();
    for (const each of index.changes) {
        for (const { route } of each.effects) {
            if (route !== undefined && !byRoute.has(route)) {
                byRoute.set(route, each);
            }
        }
    }
    return (route) => byRoute.get(route.id) ?? aboutRoute(route, index);
}

function aboutRoute(
    { vhost, exchange, routingKey, before, after, uses }: RouteChange,
    index: ChangeIndex,
): Change | undefined {
    const moved = [
        ...before.queues.filter((name) => !after.queues.includes(name)),
        ...after.queues.filter((name) => !before.queues.includes(name)),
    ];
    const services = uses.flatMap((use) => /^service "(.*?)" /u.exec(use)?.[1] ?? []);
    const objects: readonly ChangedObject[] = [
        ...moved.map((name) => ({ kind: "queue" as const, vhost, name })),
        { kind: "exchange", vhost, name: exchange },
        ...services.map((name) => ({ kind: "service" as const, vhost, name })),
    ];
    const found = [
        ...objects.slice(0, moved.length + 1).map(({ kind, name }) => index.appearance(kind, vhost, name)),
        ...index.bindingsOf(vhost, exchange, routingKey),
        ...moved.flatMap((name) => index.bindingsTo(vhost, name)),
        ...index.policiesOf({ kind: "exchange", vhost, name: exchange }).map(index.changeOf),
        ...objects.slice(moved.length + 1).map(index.changeOf),
        index.appearance("vhost", "", vhost),
    ];
    return found.find((each) => each !== undefined);
}

function contractCause(
    { subjects, route, service, vhost }: ContractChange,
    index: ChangeIndex,
    causeOfRoute: (route: RouteChange) => Change | undefined,
): Change | undefined {
    const changedRoute =
        route === undefined
            ? undefined
            : index.routing.find(
                  (each) =>
                      each.vhost === vhost &&
                      each.exchange === route.exchange &&
                      each.routingKey === route.routingKey,
              );
    return [
        ...subjects.map(index.changeOf),
        ...subjects.flatMap(({ kind, name }) =>
            kind === "queue"
                ? [
                      ...index.bindingsTo(vhost, name),
                      ...index.routing.filter((each) => each.before.queues.includes(name)).map(causeOfRoute),
                  ]
                : [],
        ),
        ...(route === undefined ? [] : index.bindingsOf(vhost, route.exchange, route.routingKey)),
        ...(changedRoute === undefined ? [] : [causeOfRoute(changedRoute)]),
        ...(route === undefined
            ? []
            : index.comparison.after
                  .routing({ vhost, ...route })
                  .queues.map((name) => index.changeOf({ kind: "queue", vhost, name }))),
        index.changeOf({ kind: "service", vhost, name: service }),
        ...(index.servicesOfUser(service).length === 0
            ? []
            : [index.changeOf({ kind: "permission", vhost, name: service })]),
    ].find((each) => each !== undefined);
}
