import { declaredEntryPoints, type EntryPoint, entryPoints } from "../../access/entryPoint.ts";
import { pathText } from "../../access/pathText.ts";
import { type Reach, type ReachedQueue, reachFrom, stepsTo } from "../../access/reach.ts";
import { defaultExchange, permanentExchanges } from "../../model/builtInExchange.ts";
import { compareText, quotedFirst } from "../../text/names.ts";
import { placeOf, userPlace } from "../../text/place.ts";
import { counted } from "../../text/units.ts";
import type { PermissionNeeds } from "../../view/permissionNeeds.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import { isEveryName } from "../facts/everyName.ts";
import { forgedKey, topicNeeds } from "../facts/topicNeeds.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const undeclaredDestination: CheckRule = {
    id: "undeclaredDestination",
    severity: "warning",
    reason: "A user can put messages into queues that its service does not send to: with other routing keys, by the default exchange, by a binding of its own, or through alternate and dead-letter exchanges. An attacker who controls the service can forge messages of other services.",
    fix: "Let each service publish to topic exchanges, with a topic permission for exactly its routing keys, and give an exchange and a queue different names.",
    invariants: ["leastPrivilege"],
    source: "https://www.rabbitmq.com/docs/access-control#authorisation",
    check: (view) => (view.hasServices ? declaredProblems(view) : openProblems(view)),
};

/** A reach that several users have, with its queues in order. */
interface SharedReach {
    readonly reach: Reach;
    readonly queues: readonly (readonly [id: string, queue: ReachedQueue])[];
}

function declaredProblems(view: TopologyView): readonly Problem[] {
    const entriesOf = entryPoints(view);
    const reachOf = reachFrom(view);
    const isReported = reportedElsewhere(view);
    const shared = new Map<string, SharedReach>();
    const sharedReach = (entries: readonly EntryPoint[]): SharedReach => {
        const id = JSON.stringify(
            entries.map(({ way, vhost, to, by, keys }) => [way, vhost, to.kind, to.name, by, keys.id]),
        );
        let found = shared.get(id);
        if (found === undefined) {
            const reach = reachOf(entries);
            const queues = [...reach].sort(([a], [b]) => compareText(a, b));
            found = { reach, queues };
            shared.set(id, found);
        }
        return found;
    };
    return view.permissionNeeds.flatMap((needs) => {
        const { service, user, vhost, permission } = needs;
        const entries =
            permission === undefined
                ? []
                : entriesOf(permission).filter(
                      (entry) => !isDeclared(entry, needs) && !isReported(entry, needs),
                  );
        if (entries.length === 0 || permission === undefined) {
            return [];
        }
        const { reach, queues } = sharedReach(entries);
        const declared = reachOf(declaredEntryPoints(needs));
        const count = reach.size - [...declared.keys()].filter((id) => reach.has(id)).length;
        const first: ReachedQueue[] = [];
        for (const [id, queue] of count === 0 ? [] : queues) {
            if (!declared.has(id) && first.push(queue) === namesShown) {
                break;
            }
        }
        const [example] = first;
        return example === undefined
            ? []
            : [
                  {
                      place: userPlace(service, user),
                      message: `can put messages into ${counted(count, "queue")} that it does not declare to send to, ${namesOf(first, count, vhost)}: ${pathText(stepsTo(example))}`,
                      fix: fixOf(example, view, permission.configure),
                  },
              ];
    });
}

const namesShown = 5;

function namesOf(first: readonly ReachedQueue[], count: number, home: string): string {
    const names = first.map(
        ({ to: { vhost, name } }) => `"${name}"${vhost === home ? "" : ` in vhost "${vhost}"`}`,
    );
    return [...names, ...(count > namesShown ? [`${count - namesShown} more`] : [])].join(", ");
}

/** Whether a service declares all that an entry point allows. */
function isDeclared({ way, to, keys }: EntryPoint, { keys: needed, read }: PermissionNeeds): boolean {
    if (way === "reject") {
        return read.has(to.name);
    }
    const own = needed.get(to.name === "" ? defaultExchange : to.name);
    return way === "publish" && keys.kind === "listed" && keys.keys.every((key) => own?.has(key) === true);
}

/** Makes the function that returns whether another rule reports the permission behind an entry point. */
function reportedElsewhere(view: TopologyView): (entry: EntryPoint, needs: PermissionNeeds) => boolean {
    const { exchangeNamed, queueNamed } = view;
    const broadTopics = new Set(
        topicNeeds(view)
            .filter((each) => forgedKey(view, each) !== undefined)
            .map(({ service, user, exchange }) => JSON.stringify([service.vhost, user, exchange])),
    );
    return ({ vhost, way, to, by = "" }, { user, write, read }) => {
        const name = to.kind === "exchange" && to.name === "" ? defaultExchange : to.name;
        const isExcessive =
            !write.has(name) && (name === defaultExchange || exchangeNamed(vhost, name) !== undefined);
        switch (way) {
            case "publish":
                return isExcessive || broadTopics.has(JSON.stringify([vhost, user, name]));
            case "bind":
                return isExcessive || (queueNamed(vhost, by) !== undefined && !read.has(by));
            case "declare":
                return (
                    isExcessive ||
                    queueNamed(vhost, by) !== undefined ||
                    exchangeNamed(vhost, by) !== undefined
                );
            case "reject":
                return true;
        }
    };
}

function fixOf(reached: ReachedQueue, view: TopologyView, configure: string): string {
    const [first] = stepsTo(reached);
    const { name = "", vhost = "" } = first?.to ?? {};
    if (first?.via === "bind") {
        return `let its read pattern match no exchange, such as "${first.by ?? ""}": a permission for a name is one for the exchange and the queue of that name`;
    }
    if (first?.via === "declare") {
        return `narrow the configure pattern "${configure}"`;
    }
    if (name === "") {
        return `publish to an exchange of its own, and remove "${defaultExchange}" from the write pattern`;
    }
    if (permanentExchanges.includes(name)) {
        return `remove "${name}" from the write pattern`;
    }
    return view.exchangeNamed(vhost, name)?.type === "topic"
        ? `narrow its topic permission for exchange "${name}" to exactly its routing keys`
        : "use a topic exchange with a topic permission, or another exchange for these queues: the broker limits routing keys only on topic exchanges";
}

/** Without services, what users are for is unknown: only those who reach every queue are reported. An administrator may do anything. */
function openProblems({ topology, allowedBy, queuesOf }: TopologyView): readonly Problem[] {
    const administrators = new Set(
        topology.users.filter(({ tags }) => tags.includes("administrator")).map(({ name }) => name),
    );
    return topology.permissions
        .filter(({ user }) => !administrators.has(user))
        .filter(({ write }) => !isEveryName(write) && allowedBy(write).test(defaultExchange))
        .flatMap(({ vhost, user, write }) => {
            const queues = queuesOf(vhost);
            return queues.length === 0
                ? []
                : [
                      {
                          severity: "note" as const,
                          place: placeOf(vhost, "permission", user),
                          message: `can put messages into all of the ${counted(queues.length, "queue")} by name, ${quotedFirst(
                              queues.map(({ name }) => name),
                              namesShown,
                          )}: its write pattern "${write}" matches "${defaultExchange}"`,
                          fix: `let the pattern match "${defaultExchange}" only if the user must publish to every queue`,
                      },
                  ];
        });
}
