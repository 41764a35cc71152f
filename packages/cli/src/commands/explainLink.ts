import { type ArgumentValue, isArgumentTable, type Topology, UsageError } from "@spot-messaging/topology";
import { endText, federationOf, linksOf } from "@spot-messaging/topology/broker";
import type { InputOptions } from "../input/topologyInput.ts";
import { onlyObject } from "./namedObject.ts";

export interface ExplainLinkOptions extends InputOptions {
    readonly shovel?: string;
    readonly upstream?: string;
}

/** A shovel, or a federation upstream. Passwords in URIs are replaced. */
export interface LinkExplanation {
    readonly kind: "shovel" | "upstream";
    readonly vhost: string;
    readonly name: string;
    /** Where its messages come from. */
    readonly from: string;
    /** Where they go: the destination of a shovel; the exchanges and queues that an upstream feeds. */
    readonly to: readonly string[];
    /** The fields of its parameter. */
    readonly fields: Readonly<Record<string, ArgumentValue>>;
}

/** Whether the options name a shovel or an upstream. */
export function isLink({ shovel, upstream }: ExplainLinkOptions): boolean {
    return shovel !== undefined || upstream !== undefined;
}

/**
 * Explains a shovel or a federation upstream.
 * @throws UsageError if it does not exist, or if both are named
 */
export function explainLink(
    topology: Topology,
    { shovel, upstream, vhost: inVhost }: ExplainLinkOptions,
): LinkExplanation {
    if (shovel !== undefined && upstream !== undefined) {
        throw new UsageError("--shovel and --upstream: name one of them");
    }
    if (shovel !== undefined) {
        const { vhost, name, source, destination } = onlyObject(
            "shovel",
            linksOf(topology).shovels,
            shovel,
            inVhost,
        );
        return {
            kind: "shovel",
            vhost,
            name,
            from: endText(source, "source"),
            to: [endText(destination, "destination")],
            fields: fieldsOf(topology, "shovel", vhost, name),
        };
    }
    const { upstreams, federatedFrom } = federationOf(topology);
    const found = onlyObject("federation upstream", upstreams, upstream ?? "", inVhost);
    const { vhost, name, broker } = found;
    return {
        kind: "upstream",
        vhost,
        name,
        from: broker.text,
        to: [...topology.exchanges, ...topology.queues]
            .filter((each) => federatedFrom(each).includes(found))
            .map((each) => {
                const kind = "internal" in each ? "exchange" : "queue";
                return `${kind} "${each.name}", from ${kind} "${found[kind] ?? each.name}"`;
            }),
        fields: fieldsOf(topology, "federation-upstream", vhost, name),
    };
}

function fieldsOf(
    { parameters = [] }: Topology,
    component: string,
    vhost: string,
    name: string,
): LinkExplanation["fields"] {
    const value = parameters.find(
        (each) => each.component === component && each.vhost === vhost && each.name === name,
    )?.value;
    return isArgumentTable(value) ? value : {};
}
