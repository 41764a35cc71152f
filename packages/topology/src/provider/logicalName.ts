import type { Binding, InVhost } from "../model/index.ts";

/** The Pulumi logical name of an object. */
export interface LogicalName {
    readonly name: string;
    /** The former name, from before names contained the virtual host, if it differs and no other object can have had it. */
    readonly aliases: readonly { readonly name: string }[];
}

/** The identity of an object among others of its kind in its virtual host. */
export interface Naming<T> {
    /** Encoded, so that no two objects have the same part. */
    readonly part: (object: T) => string;
    readonly formerPart: (object: T) => string;
}

/** Percent-encodes the separator characters and the percent sign. */
function encode(part: string, marks: RegExp): string {
    return part.replaceAll(marks, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

const vhostMarks = /[%:]/g;
const bindingMarks = /[%:-]/g;

/** Exchanges, queues and policies. */
export const objectNaming: Naming<InVhost> = {
    part: ({ name }) => encode(name, vhostMarks),
    formerPart: ({ name }) => name,
};

/** Permissions of a user in a virtual host. */
export const userNaming: Naming<{ readonly user: string }> = {
    part: ({ user }) => encode(user, vhostMarks),
    formerPart: ({ user }) => user,
};

/** Two bindings also differ if only the destination's type or the arguments differ. */
export const bindingNaming: Naming<Binding> = {
    part: (binding) => {
        const { source, destination, routingKey, destinationType, arguments: args } = binding;
        const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
        const hasArguments = sorted.length > 0;
        return [
            source,
            destination,
            routingKey,
            ...(hasArguments || destinationType === "exchange" ? [destinationType] : []),
            ...(hasArguments ? [JSON.stringify(Object.fromEntries(sorted))] : []),
        ]
            .map((part) => encode(part, bindingMarks))
            .join("-");
    },
    formerPart: ({ source, destination, routingKey }) => `${source}-${destination}-${routingKey}`,
};

/**
 * The objects of one kind with their logical names: `<component>-<kind>-<object>` in the virtual host with the component's name,
 * `<component>-<kind>-<vhost>:<object>` in every other.
 */
export function named<T extends { readonly vhost: string }>(
    component: string,
    kind: string,
    objects: readonly T[],
    { part, formerPart }: Naming<T>,
): readonly { readonly object: T; readonly identity: LogicalName }[] {
    const all = objects.map((object) => {
        const place = object.vhost === component ? "" : `${encode(object.vhost, vhostMarks)}:`;
        return {
            object,
            name: `${component}-${kind}-${place}${part(object)}`,
            former: `${component}-${kind}-${formerPart(object)}`,
        };
    });
    const claims = new Map<string, number>();
    for (const { name, former } of all) {
        for (const each of new Set([name, former])) {
            claims.set(each, (claims.get(each) ?? 0) + 1);
        }
    }
    return all.map(({ object, name, former }) => {
        const isCertain = former !== name && claims.get(former) === 1;
        return { object, identity: { name, aliases: isCertain ? [{ name: former }] : [] } };
    });
}
