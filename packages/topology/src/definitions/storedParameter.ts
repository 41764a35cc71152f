import { vhostLimitsComponent } from "../broker/limits.ts";
import {
    linkComponents,
    objectKey,
    type Parameter,
    type Policy,
    parameterKey,
    type VhostLimits,
} from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { DefinitionsContext } from "./definitionsContext.ts";
import { readParameter, readStoredPolicy, readVhostLimits } from "./definitionsObjects.ts";
import type { ObjectReader } from "./objectReader.ts";

/** A policy that a broker stored as a runtime parameter. */
export interface StoredPolicy {
    readonly policy: Policy;
    readonly kind: "policy" | "operatorPolicy";
}

/** A runtime parameter that is part of a topology. */
export type StoredParameter =
    | StoredPolicy
    | { readonly kind: "limits"; readonly vhost: string; readonly limits: VhostLimits }
    | { readonly kind: "parameter"; readonly parameter: Parameter };

/** What tells a runtime parameter from the others. */
export function storedIdentity(stored: StoredParameter): string {
    switch (stored.kind) {
        case "limits":
            return `limits ${stored.vhost}`;
        case "parameter":
            return `parameter ${parameterKey(stored.parameter)}`;
        case "policy":
        case "operatorPolicy":
            return `${stored.kind} ${objectKey(stored.policy)}`;
    }
}

/** Reads a runtime parameter: brokers store policies and limits as parameters, and plugins what they need. */
export function storedParameter(
    reader: ObjectReader,
    context: DefinitionsContext,
): StoredParameter | undefined {
    const component = reader.text("component");
    if (component === "policy" || /^operator[-_]polic(y|ies)$/.test(component)) {
        const policy = readStoredPolicy(reader, context);
        return policy === undefined
            ? undefined
            : { policy, kind: component === "policy" ? "policy" : "operatorPolicy" };
    }
    if (component === vhostLimitsComponent) {
        const stored = readVhostLimits(reader, context);
        if (context.onlyVhost === undefined && !context.vhosts.has(stored.vhost)) {
            context.problems.add({
                rule: "uncheckedContent",
                place: reader.place,
                message: `limits the virtual host ${shown(stored.vhost)}, which is not in "vhosts"`,
                fix: "correct the name; the checks ignore these limits",
                path: [...reader.path, "vhost"],
            });
        }
        return { kind: "limits", ...stored };
    }
    if (!Object.values<string>(linkComponents).includes(component)) {
        context.problems.count({
            rule: "uncheckedContent",
            place: reader.place,
            message: `is a parameter of the component "${component}", which no rule checks`,
            fix: "review it manually",
            path: reader.path,
        });
    }
    return { kind: "parameter", parameter: readParameter(reader, context) };
}
