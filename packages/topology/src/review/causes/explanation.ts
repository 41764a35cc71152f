import type { Change, ChangedObject, ObjectKind } from "../compare/change.ts";
import { type ChangeIndex, fieldOf } from "./changeIndex.ts";
import { explainNames, namesIn, onlyExplanation } from "./nameExplanation.ts";
import { explainService } from "./serviceExplanation.ts";

/**
 * The change that explains another one: a binding is deleted because its queue is, a policy's pattern grows because a queue is new. `undefined`:
 * a person made this change.
 */
export function explanationOf(change: Change, index: ChangeIndex): Change | undefined {
    const { object, action } = change;
    const vhost = object.vhost === "" ? undefined : index.appearance("vhost", "", object.vhost);
    const found = vhost?.action === action ? vhost : explanations[object.kind](change, index);
    return found === change ? undefined : found;
}

type Explain = (change: Change, index: ChangeIndex) => Change | undefined;

const unexplained: Explain = () => undefined;

const explanations: Readonly<Record<ObjectKind, Explain>> = {
    broker: unexplained,
    vhost: unexplained,
    exchange: (change, { comparison, versionChange }) =>
        versionChange !== undefined &&
        [comparison.before, comparison.after].some(({ topology }) =>
            topology.retries.some(
                (each) =>
                    each.vhost === change.object.vhost &&
                    each.route.mode === "exchange" &&
                    each.route.exchange === change.object.name,
            ),
        )
            ? versionChange
            : undefined,
    queue: explainQueue,
    binding: explainBinding,
    policy: explainPolicy,
    "operator policy": explainPolicy,
    shovel: unexplained,
    "federation upstream": unexplained,
    "federation upstream set": unexplained,
    parameter: unexplained,
    "global parameter": unexplained,
    user: ({ object, action }, index) =>
        index
            .servicesOfUser(object.name)
            .map((each) => index.changeOf({ kind: "service", vhost: each.vhost, name: each.name }))
            .find(
                (each) =>
                    each !== undefined &&
                    action !== "update" &&
                    (each.action === action || each.fields.some(({ field }) => field.startsWith("users"))),
            ),
    permission: (change, index) =>
        sameAction(index.changeOf({ kind: "user", vhost: "", name: change.object.name }), change) ??
        explainRights(change, change.object.name, index),
    "topic permission": explainTopicPermission,
    service: explainService,
    retry: ({ object: { vhost, name } }, index) => {
        const queue: ChangedObject = { kind: "queue", vhost, name };
        return (
            index.appearance("queue", vhost, name) ??
            index.versionChange ??
            firstChange(index.policiesOf(queue), index)
        );
    },
};

function sameAction(found: Change | undefined, { action }: Change): Change | undefined {
    return found?.action === action && action !== "update" ? found : undefined;
}

function firstChange(objects: readonly ChangedObject[], { changeOf }: ChangeIndex): Change | undefined {
    return objects.map(changeOf).find((each) => each !== undefined);
}

/** A queue that exists for another one: its dead-letter queue, its delay queues; or the queue of a service that is created or deleted together with it. */
function explainQueue(change: Change, index: ChangeIndex): Change | undefined {
    const { object, action } = change;
    if (action === "update" || action === "replace") {
        return undefined;
    }
    const { vhost, name } = object;
    const side = action === "delete" ? index.comparison.before : index.comparison.after;
    const queue = side.queueNamed(vhost, name);
    if (queue?.purpose === "delay") {
        const { end } = side.fate(vhost, name, "expired");
        const owners = end.kind === "queue" ? end.names : [];
        return (
            owners
                .map((owner) => sameAction(index.appearance("queue", vhost, owner), change))
                .find((each) => each !== undefined) ??
            index.versionChange ??
            firstChange(
                owners.map((owner) => ({ kind: "retry", vhost, name: owner })),
                index,
            )
        );
    }
    const sources = side.deadLetterSources({ vhost, name }).filter((each) => each.name !== name);
    const source = sources
        .map((each) => index.appearance("queue", vhost, each.name))
        .find((each) => each !== undefined);
    const consumer = index
        .consumersOf(vhost, name)
        .map((each) => index.appearance("service", each.vhost, each.name))
        .find((each) => each?.action === action);
    return source ?? consumer;
}

function explainBinding(change: Change, index: ChangeIndex): Change | undefined {
    const { vhost } = change.object;
    const kind = fieldOf(change, "destinationType") === "exchange" ? "exchange" : "queue";
    return (
        index.appearance(kind, vhost, fieldOf(change, "destination")) ??
        index.appearance("exchange", vhost, fieldOf(change, "source"))
    );
}

/** The settings that the compiler writes for one version of RabbitMQ in another way than for the next. */
const versionSettings =
    /^definition\.(?:delayed-retry-|dead-letter-|delivery-limit|consumer-timeout|consumer-disconnected-timeout)/u;

function explainPolicy(change: Change, index: ChangeIndex): Change | undefined {
    const { object, action, fields } = change;
    const targets = index.targetsOf(object);
    if (action === "create" || action === "delete") {
        const appeared = targets.map(({ kind, vhost, name }) => index.appearance(kind, vhost, name));
        return appeared.length > 0 && appeared.every((each) => each !== undefined) ? appeared[0] : undefined;
    }
    const { versionChange } = index;
    if (versionChange !== undefined && fields.every(({ field }) => versionSettings.test(field))) {
        return versionChange;
    }
    const appeared = targets.map(({ kind, vhost, name }) => index.appearance(kind, vhost, name));
    return (
        onlyExplanation(fields.map((each) => explainNames(namesIn(each), object.vhost, index))) ??
        onlyExplanation(appeared) ??
        explainDeadLetterPolicy(change, targets, index)
    );
}

/** The settings of a dead-letter queue follow from those of its source queue. */
function explainDeadLetterPolicy(
    { fields }: Change,
    targets: readonly ChangedObject[],
    index: ChangeIndex,
): Change | undefined {
    const names = fields.map(({ field }) => field);
    return onlyExplanation(
        targets.map(({ kind, vhost, name }) =>
            (kind === "queue" ? index.comparison.after.deadLetterSources({ vhost, name }) : [])
                .flatMap((source) => index.policiesOf({ kind: "queue", vhost, name: source.name }))
                .map(index.changeOf)
                .find(
                    (each) =>
                        each?.action === "update" &&
                        names.every((field) => each.fields.some((other) => other.field === field)),
                ),
        ),
    );
}

/** What a user may do more or less, because objects come and go, or because its service declares another use. */
function explainRights(change: Change, user: string, index: ChangeIndex): Change | undefined {
    const { vhost } = change.object;
    const permissions = index.permissionsOf(change);
    const names = [...new Set(permissions.flatMap(({ widened, narrowed }) => [...widened, ...narrowed]))];
    const byName = explainNames(names, vhost, index);
    if (byName !== undefined) {
        return byName;
    }
    if (permissions.some(({ needsApproval, missing }) => needsApproval || missing.length > 0)) {
        return undefined;
    }
    const appeared = names
        .map((name) => explainNames([name], vhost, index))
        .find((each) => each !== undefined);
    return (
        appeared ??
        index
            .servicesOfUser(user)
            .map((each) => index.changeOf({ kind: "service", vhost: each.vhost, name: each.name }))
            .find((each) => each !== undefined)
    );
}

function explainTopicPermission(change: Change, index: ChangeIndex): Change | undefined {
    const user = fieldOf(change, "user") || (index.permissionsOf(change)[0]?.user ?? "");
    const exchange = fieldOf(change, "exchange") || (index.permissionsOf(change)[0]?.exchange ?? "");
    return (
        sameAction(index.changeOf({ kind: "user", vhost: "", name: user }), change) ??
        index.appearance("exchange", change.object.vhost, exchange) ??
        explainRights(change, user, index)
    );
}
