import type { ArgumentValue } from "./arguments.ts";

/**
 * A runtime parameter of a virtual host that the broker stores for a plugin: a shovel, a federation upstream, a set of upstreams. Policies and
 * limits, which brokers also store as parameters, have lists of their own. Passwords in the value are replaced.
 */
export interface Parameter {
    readonly vhost: string;
    /** `shovel`, `federation-upstream` */
    readonly component: string;
    readonly name: string;
    readonly value: ArgumentValue;
}

/** A runtime parameter of the whole cluster. Passwords in the value are replaced. */
export interface GlobalParameter {
    readonly name: string;
    readonly value: ArgumentValue;
}

/** The components of the parameters that shovels and federation have. */
export const linkComponents = {
    shovel: "shovel",
    upstream: "federation-upstream",
    upstreamSet: "federation-upstream-set",
} as const;

/** The kinds of parameters in sentences. */
export const parameterKinds = [
    "shovel",
    "federation upstream",
    "federation upstream set",
    "parameter",
] as const;

/** The kind of a parameter in a sentence. */
export type ParameterKind = (typeof parameterKinds)[number];

/** The kind of a component's parameters in a sentence. */
export function parameterKind({ component }: Pick<Parameter, "component">): ParameterKind {
    switch (component) {
        case linkComponents.shovel:
            return "shovel";
        case linkComponents.upstream:
            return "federation upstream";
        case linkComponents.upstreamSet:
            return "federation upstream set";
        default:
            return "parameter";
    }
}

/** The name of a parameter among those of its kind; of other components it starts with the component. */
export function parameterName({ component, name }: Pick<Parameter, "component" | "name">): string {
    return parameterKind({ component }) === "parameter" ? `${component}/${name}` : name;
}

/** The identity of a parameter. */
export function parameterKey({ vhost, component, name }: Omit<Parameter, "value">): string {
    return JSON.stringify([vhost, component, name]);
}
