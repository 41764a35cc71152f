import type { Binding, InVhost } from "@spot-messaging/topology";

/** What Pulumi knows an object by. */
export interface LogicalName {
    readonly name: string;
    /** The form of this name before it told virtual hosts apart, where that was another, and no other object can have had it. */
    readonly aliases: readonly { readonly name: string }[];
}

/** What tells an object from others of its kind in its virtual host. */
export interface Naming<T> {
    /** Encoded, so that different objects have different parts. */
    readonly part: (object: T) => string;
    readonly formerPart: (object: T) => string;
}

/** Percent-encodes the marks that join parts, and the mark of the encoding itself. */
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

/** What a user may do in a virtual host. */
export const userNaming: Naming<{ readonly user: string }> = {
    part: ({ user }) => encode(user, vhostMarks),
    formerPart: ({ user }) => user,
};

/** Bindings that differ only in the kind of their destination, or in their arguments, are different bindings. */
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
 * The objects of one kind with their logical names: `<component>-<kind>-<object>` in the virtual host that is named like the component,
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
