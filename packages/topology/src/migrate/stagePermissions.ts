import { exactPattern, type Permission, type TopicPermission } from "../model/index.ts";
import { literalNames } from "../patterns/policyPattern.ts";
import { identities } from "../review/compare/canonical.ts";
import { nameMatcher } from "../view/nameMatcher.ts";
import type { PlannedChange } from "./plannedChange.ts";

/** Until the end, users may do what they could before the change and what they can after it. Consumers may read the temporary queue that they drain. */
export function stagePermissions({ before, after, migrations }: PlannedChange): readonly Permission[] {
    const read = migrations.filter(
        ({ kind, drain, holder }) =>
            kind === "queue replacement" && drain === "consumers" && holder !== undefined,
    );
    return united(before.permissions, after.permissions, identities.permissions, (each, other) => ({
        ...each,
        configure: eitherPattern(each.configure, other.configure),
        write: eitherPattern(each.write, other.write),
        read: eitherPattern(each.read, other.read),
    })).map((each) => {
        const { test } = nameMatcher(each.read);
        const holders = read.flatMap(({ object, holder }) =>
            holder !== undefined && object.vhost === each.vhost && test(object.name) ? [holder.name] : [],
        );
        return holders.length === 0
            ? each
            : { ...each, read: eitherPattern(each.read, exactPattern(...holders)) };
    });
}

export function stageTopicPermissions({ before, after }: PlannedChange): readonly TopicPermission[] {
    return united(
        before.topicPermissions,
        after.topicPermissions,
        identities.topicPermissions,
        (each, other) => ({
            ...each,
            write: eitherPattern(each.write, other.write),
            read: eitherPattern(each.read, other.read),
        }),
    );
}

function united<T>(
    before: readonly T[],
    after: readonly T[],
    identityOf: (each: T) => string,
    unite: (before: T, after: T) => T,
): readonly T[] {
    const now = new Map(after.map((each) => [identityOf(each), each]));
    const known = new Set(before.map(identityOf));
    return [
        ...before.map((each) => {
            const other = now.get(identityOf(each));
            return other === undefined ? each : unite(each, other);
        }),
        ...after.filter((each) => !known.has(identityOf(each))),
    ];
}

/** A pattern for the names that one of two patterns matches. */
function eitherPattern(one: string, other: string): string {
    if (one === other || isNothing(other)) {
        return one;
    }
    if (isNothing(one)) {
        return other;
    }
    const [names, others] = [literalNames(one), literalNames(other)];
    return names !== undefined && others !== undefined
        ? exactPattern(...names, ...others)
        : `${one}|${other}`;
}

function isNothing(pattern: string): boolean {
    return pattern === "" || pattern === "^$";
}
