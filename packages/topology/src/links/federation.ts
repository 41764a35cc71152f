import { perTopologyAndVersion } from "../lookup/memoize.ts";
import { named } from "../lookup/named.ts";
import {
    type ArgumentValue,
    type Exchange,
    isArgumentTable,
    linkComponents,
    type Parameter,
    type PolicyDefinition,
    type Queue,
    type Topology,
} from "../model/index.ts";
import { policyPattern } from "../patterns/policyPattern.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { type BrokerAddress, brokerAddress } from "./brokerAddress.ts";

/** A federation upstream: another broker that exchanges and queues receive messages from. */
export interface Upstream {
    readonly vhost: string;
    readonly name: string;
    readonly broker: BrokerAddress;
    /** The exchange there. @default - of the same name */
    readonly exchange?: string;
    /** The queue there. @default - of the same name */
    readonly queue?: string;
}

/** A set of upstreams. */
export interface UpstreamSet {
    readonly vhost: string;
    readonly name: string;
    readonly upstreams: readonly string[];
}

/** The set that contains every upstream of a virtual host without being declared. */
const allUpstreams = "all";

/** What a policy federates with. */
export type FederationReference =
    | { readonly kind: "upstream" | "upstreamSet"; readonly name: string }
    | { readonly kind: "pattern"; readonly pattern: string };

/** The upstreams that a policy's definition refers to; `undefined` if it federates nothing. */
export function federationReference(definition: PolicyDefinition): FederationReference | undefined {
    const { "federation-upstream": one, "federation-upstream-set": set } = definition;
    const pattern = definition["federation-upstream-pattern"];
    return typeof set === "string"
        ? { kind: "upstreamSet", name: set }
        : typeof one === "string"
          ? { kind: "upstream", name: one }
          : typeof pattern === "string"
            ? { kind: "pattern", pattern }
            : undefined;
}

/** The federation of a topology. */
export interface Federation {
    readonly upstreams: readonly Upstream[];
    readonly sets: readonly UpstreamSet[];
    readonly upstreamNamed: (vhost: string, name: string) => Upstream | undefined;
    /** Whether a set exists; `all` always does. */
    readonly hasSet: (vhost: string, name: string) => boolean;
    /** The existing upstreams that a reference leads to. */
    readonly upstreamsOf: (vhost: string, reference: FederationReference) => readonly Upstream[];
    /** The upstreams that a queue or an exchange receives messages from. */
    readonly federatedFrom: (object: Exchange | Queue) => readonly Upstream[];
}

/** The federation of a topology and a broker version. */
export const federationOf: (topology: Topology, version?: Topology["brokerVersion"]) => Federation =
    perTopologyAndVersion((topology, version) => {
        const parameters = topology.parameters ?? [];
        const upstreams = parameters.flatMap(upstreamOf);
        const sets = parameters.flatMap(upstreamSetOf);
        const upstreamNamed = named(upstreams);
        const setNamed = named(sets);
        const settingsOf = effectiveSettings(topology, version);
        const upstreamsOf: Federation["upstreamsOf"] = (vhost, reference) => {
            const inVhost = (): readonly Upstream[] => upstreams.filter((each) => each.vhost === vhost);
            if (reference.kind === "pattern") {
                const pattern = policyPattern(reference.pattern);
                return inVhost().filter(({ name }) => pattern?.test(name) === true);
            }
            const { kind, name } = reference;
            if (kind === "upstreamSet" && name === allUpstreams && setNamed(vhost, name) === undefined) {
                return inVhost();
            }
            const names = kind === "upstream" ? [name] : (setNamed(vhost, name)?.upstreams ?? []);
            return names.flatMap((each) => upstreamNamed(vhost, each) ?? []);
        };
        return {
            upstreams,
            sets,
            upstreamNamed,
            hasSet: (vhost, name) => name === allUpstreams || setNamed(vhost, name) !== undefined,
            upstreamsOf,
            federatedFrom: (object) => {
                if (upstreams.length === 0) {
                    return []; // the settings of all objects are expensive
                }
                const { settings } = settingsOf(object);
                const keys = [
                    "federation-upstream",
                    "federation-upstream-set",
                    "federation-upstream-pattern",
                ];
                const reference = federationReference(
                    Object.fromEntries(
                        keys.flatMap((key) => {
                            const value = settings.value(key);
                            return value === undefined ? [] : [[key, value] as const];
                        }),
                    ),
                );
                return reference === undefined ? [] : upstreamsOf(object.vhost, reference);
            },
        };
    });

function upstreamOf({ vhost, component, name, value }: Parameter): readonly Upstream[] {
    if (component !== linkComponents.upstream || !isArgumentTable(value)) {
        return [];
    }
    const { uri, exchange, queue } = value;
    return [
        {
            vhost,
            name,
            broker: brokerAddress(uri),
            ...(typeof exchange === "string" && { exchange }),
            ...(typeof queue === "string" && { queue }),
        },
    ];
}

function upstreamSetOf({ vhost, component, name, value }: Parameter): readonly UpstreamSet[] {
    if (component !== linkComponents.upstreamSet) {
        return [];
    }
    const elements = (Array.isArray(value) ? value : []) as readonly ArgumentValue[]; // Array.isArray loses the type of the items
    const upstreams = elements.flatMap((each) => {
        const upstream = isArgumentTable(each) ? each["upstream"] : undefined;
        return typeof upstream === "string" ? [upstream] : [];
    });
    return [{ vhost, name, upstreams }];
}
