import { type BrokerVersion, type Topology, UsageError } from "@spot-messaging/topology";
import { suggestName } from "@spot-messaging/topology/text";
import { readTopologyStack } from "../../../../src/cli/topologyStack.ts";
import { isBrokerUrl } from "./brokerUrl.ts";
import { readTopologyBroker } from "./topologyBroker.ts";
import { readTopologyFile, type Stdin, type TopologyInput } from "./topologyFile.ts";

/** How every topology command is told what to look at. */
export interface InputOptions {
    readonly stack?: string;
    readonly file?: string;
    readonly definitions?: string;
    readonly vhost?: string;
    readonly target?: BrokerVersion;
}

/** What commands need of the process around them. */
export interface Surroundings {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdin: Stdin;
}

/**
 * Reads what the options select: a stack of the program, a file, standard input, or a live broker.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readTopologyInput(
    { stack, file, definitions, vhost }: InputOptions,
    { env, stdin }: Surroundings,
): Promise<TopologyInput> {
    const given = Object.entries({ stack, file, definitions }).filter(([, value]) => value !== undefined);
    if (given.length > 1) {
        throw new UsageError(
            `${given.map(([key]) => `--${key}`).join(" and ")} exclude each other; give one of them`,
        );
    }
    const place = file ?? definitions;
    const input =
        place === undefined
            ? await readTopologyStack(stack ?? "dev")
            : isBrokerUrl(place)
              ? await readTopologyBroker(place, env)
              : await readTopologyFile(place, stdin);
    return vhost === undefined ? input : { ...input, topology: onlyVhost(input.topology, vhost) };
}

/** What belongs to one virtual host. Users belong to none and stay. */
function onlyVhost(topology: Topology, name: string): Topology {
    const names = topology.vhosts.map((each) => each.name);
    if (!names.includes(name)) {
        throw new UsageError(
            `virtual host "${name}" does not exist; ${suggestName(name, names, `there are ${names.map((each) => `"${each}"`).join(", ") || "none"}`)}`,
        );
    }
    const inside = (each: { readonly vhost: string }): boolean => each.vhost === name;
    return {
        ...topology,
        vhosts: topology.vhosts.filter((each) => each.name === name),
        exchanges: topology.exchanges.filter(inside),
        queues: topology.queues.filter(inside),
        bindings: topology.bindings.filter(inside),
        policies: topology.policies.filter(inside),
        operatorPolicies: topology.operatorPolicies.filter(inside),
        permissions: topology.permissions.filter(inside),
        topicPermissions: topology.topicPermissions.filter(inside),
    };
}
