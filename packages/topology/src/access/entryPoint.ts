import { groupLookup } from "../lookup/groups.ts";
import { lazy } from "../lookup/memoize.ts";
import { builtInExchange, defaultExchange } from "../model/builtInExchange.ts";
import type { Exchange, Permission } from "../model/index.ts";
import { expandVariables } from "../patterns/topicVariables.ts";
import type { PermissionNeeds } from "../view/permissionNeeds.ts";
import type { TopologyView } from "../view/topologyView.ts";
import { anyKey, keysMatching, listedKeys, type RoutingKeys } from "./routingKeys.ts";
import { vhostNames } from "./vhostNames.ts";

/** How a user brings a message into a virtual host. */
export type EntryWay =
    /** It publishes to the exchange. */
    | "publish"
    /** It binds the queue or exchange to another exchange, and receives what others publish there. */
    | "bind"
    /** It declares an exchange or a queue with this alternate or dead-letter exchange. */
    | "declare"
    /** It consumes the queue and rejects messages. */
    | "reject";

/** One way in which a user can bring a message into a virtual host. */
export interface EntryPoint {
    readonly vhost: string;
    readonly way: EntryWay;
    readonly to: { readonly kind: "exchange" | "queue"; readonly name: string };
    /** The exchange that it binds to, or the object that it declares. @default - none */
    readonly by?: string;
    readonly keys: RoutingKeys;
}

/** Names that clients give to queues of their own. */
const freshNames = ["amq.gen-0x7", "anything"];

/** Makes the function that returns the entry points that a permission and the user's topic permissions allow. */
export function entryPoints(view: TopologyView): (permission: Permission) => readonly EntryPoint[] {
    const { allowedBy, topology } = view;
    const namesIn = vhostNames(view);
    const topics = lazy(() =>
        groupLookup(topology.topicPermissions, ({ vhost, user, exchange }) =>
            JSON.stringify([vhost, user, exchange]),
        ),
    );
    const exchangeOf = (vhost: string, name: string): Exchange | undefined =>
        view.exchangeNamed(vhost, name) ?? builtInExchange(vhost, name === defaultExchange ? "" : name);
    const keysFor = (user: string, { vhost, name, type }: Exchange): RoutingKeys => {
        // The broker checks routing keys only for the type "topic" itself.
        const record = type === "topic" ? topics()(JSON.stringify([vhost, user, name])).at(-1) : undefined;
        return record === undefined ? anyKey : keysMatching(expandVariables(record.write, user, vhost));
    };
    return ({ vhost, user, configure, write, read }) => {
        const { exchanges, builtIn, queues } = namesIn(vhost);
        const exchangesAmong = (pattern: string): readonly Exchange[] =>
            [...new Set([...allowedBy(pattern).among(exchanges), ...allowedBy(pattern).among(builtIn)])]
                .sort()
                .flatMap((name) => exchangeOf(vhost, name) ?? []);
        const writable = exchangesAmong(write);
        const publications = writable
            .filter(({ internal }) => !internal)
            .map(
                (exchange): EntryPoint => ({
                    vhost,
                    way: "publish",
                    to: { kind: "exchange", name: exchange.name },
                    keys: keysFor(user, exchange),
                }),
            );
        const rejections = allowedBy(read)
            .among(queues)
            .map((name): EntryPoint => ({ vhost, way: "reject", to: { kind: "queue", name }, keys: anyKey }));
        // To bind, it needs read permission for the source and write permission for the destination. The default exchange has no bindings.
        const source = exchangesAmong(read).find(({ name }) => name !== "");
        const bindings =
            source === undefined
                ? []
                : [
                      ...allowedBy(write)
                          .among(queues)
                          .map((name) => ({ kind: "queue" as const, name })),
                      ...writable
                          .filter((each) => each.name !== "" && each.name !== source.name)
                          .filter((each) => each.internal || keysFor(user, each) !== anyKey)
                          .map(({ name }) => ({ kind: "exchange" as const, name })),
                  ].map((to): EntryPoint => ({ vhost, way: "bind", to, by: source.name, keys: anyKey }));
        // An alternate or dead-letter exchange needs configure and read permission for its owner, and write permission for itself.
        const own = ownNames(configure, write, read);
        const declarations = writable
            .filter((each) => each.internal || keysFor(user, each) !== anyKey)
            .flatMap(({ name }): readonly EntryPoint[] => {
                const by = own.find((each) => each !== name);
                return by === undefined
                    ? []
                    : [{ vhost, way: "declare", to: { kind: "exchange", name }, by, keys: anyKey }];
            });
        return [...publications, ...bindings, ...declarations, ...rejections];

        /** Names of exchanges that the user could declare, publish to and read: two, so that one differs from each exchange. */
        function ownNames(...patterns: readonly string[]): readonly string[] {
            const tests = patterns.map((pattern) => allowedBy(pattern).test);
            const [first = ""] = patterns;
            if (first === "" || first === "^$") {
                return [];
            }
            const candidates = allowedBy(first).among(new Set([...freshNames, ...samplesOf(first)]));
            return [...new Set([...candidates, ...allowedBy(first).among(exchanges)])]
                .filter(
                    (name) => name !== "" && name !== defaultExchange && tests.every((test) => test(name)),
                )
                .slice(0, 2);
        }
    };
}

/** Names that a pattern may match: its literal beginning, with and without a further word. */
function samplesOf(pattern: string): readonly string[] {
    const body = pattern.replace(/^\^/, "").replace(/^\((?:\?:)?/, "");
    return body
        .split("|")
        .map((each) => /^(?:[\w:/@-]|\\[^A-Za-z0-9])*/.exec(each)?.[0].replace(/\\(.)/g, "$1") ?? "")
        .flatMap((each) => (each === "" ? [] : [each, `${each}x`, `${each}.x`, `${each}-x`]));
}

/** The entry points that a service declares: its publications, calls, retries and redriven messages, and the dead letters of what it reads. */
export function declaredEntryPoints({ vhost, keys, read }: PermissionNeeds): readonly EntryPoint[] {
    return [
        ...[...keys].map(
            ([exchange, own]): EntryPoint => ({
                vhost,
                way: "publish",
                to: { kind: "exchange", name: exchange === defaultExchange ? "" : exchange },
                keys: listedKeys(own),
            }),
        ),
        ...[...read].map(
            (name): EntryPoint => ({
                vhost,
                way: "reject",
                to: { kind: "queue", name },
                keys: anyKey,
            }),
        ),
    ];
}
