import { defaultExchange } from "../../../model/builtInExchange.ts";
import type { UserTag } from "../../../model/index.ts";
import { quotedFirst } from "../../../text/names.ts";
import type { PatternChange } from "./permissionChange.ts";

/** How many names a clause lists. */
const namesShown = 3;

/** Which names of a virtual host are those of exchanges and queues. */
export interface KnownNames {
    readonly exchanges: ReadonlySet<string>;
    readonly queues: ReadonlySet<string>;
}

/**
 * What a widened pattern lets a user do.
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function powersOf(
    right: "configure" | "write" | "read",
    change: PatternChange,
    pattern: string,
    known: KnownNames,
): readonly string[] {
    const { widened, isOpenEnded, isEverything } = change;
    if (isEverything && widened.length > 0) {
        return everything[right];
    }
    const queues = widened.filter((name) => known.queues.has(name));
    const exchanges = widened.filter((name) => !known.queues.has(name) || known.exchanges.has(name));
    const rest = isOpenEnded ? [`${verbs[right]} any other name that matches ${pattern}`] : [];
    const named = (verb: string, names: readonly string[]): readonly string[] =>
        names.length === 0 ? [] : [`${verb} ${quotedFirst(names, namesShown)}`];
    switch (right) {
        case "configure":
            return [...named("declare and delete", widened), ...rest];
        case "write":
            return [
                ...(widened.includes(defaultExchange) ? ["publish to any queue by its name"] : []),
                ...named(
                    "publish to",
                    exchanges.filter((name) => name !== defaultExchange),
                ),
                ...named("bind", queues),
                ...rest,
            ];
        case "read":
            return [...named("consume and purge", queues), ...named("bind queues to", exchanges), ...rest];
    }
}

const everything = {
    configure: ["declare and delete every queue and exchange"],
    write: ["publish to every exchange, and to any queue by its name"],
    read: ["consume and purge every queue"],
} as const;

const verbs = { configure: "declare and delete", write: "publish to", read: "read" } as const;

/** What further routing keys of a topic exchange let a user do. */
export function keyPowers(
    right: "write" | "read",
    exchange: string,
    keys: readonly string[],
): readonly string[] {
    const verb = right === "write" ? "publish to" : "bind to";
    return keys.length === 0 ? [] : [`${verb} "${exchange}" with ${quotedFirst(keys, namesShown)}`];
}

/**
 * What a tag of a user allows, in all virtual hosts that it may access.
 * @see https://www.rabbitmq.com/docs/management#permissions
 */
const tagPowers: Readonly<Record<UserTag, string>> = {
    administrator: "manage all users, permissions and virtual hosts",
    policymaker: "change policies and parameters",
    monitoring: "see all virtual hosts, connections and nodes",
    management: "use the management API",
};

export function tagPower(tag: UserTag): string {
    return `${tagPowers[tag]} (tag "${tag}")`;
}

/** Whether a tag allows more than a service can need. */
export function isGraveTag(tag: UserTag): boolean {
    return tag === "administrator" || tag === "policymaker";
}
