import * as pulumi from "@pulumi/pulumi";
import { binding, emptyTopology, exchange, queue, type Topology, vhost } from "@spot-messaging/topology";
import { type Answer, type Registration, record } from "../../../tests/unit/program/recorder.ts";
import { type CompiledTopologyArgs, MessagingTopology } from "../src/messagingTopology.ts";

export const vhostNames = ["a", "b"] as const;

/** Two virtual hosts with the same names inside. */
export const twins: Topology = {
    ...emptyTopology("4.3"),
    vhosts: vhostNames.map(vhost),
    exchanges: vhostNames.flatMap((each) => [exchange(each, "x", "topic"), exchange(each, "h", "headers")]),
    queues: vhostNames.map((each) => queue(each, "q", "quorum")),
    bindings: vhostNames.flatMap((each) => [
        binding(each, "x", "q", "k"),
        binding(each, "x", "h", "#", { destinationType: "exchange" }),
        binding(each, "h", "q", "", { arguments: { "x-match": "all", size: 1 } }),
        binding(each, "h", "q", "", { arguments: { "x-match": "all", size: 2 } }),
    ]),
    policies: vhostNames.map((each) => ({
        vhost: each,
        name: "p",
        pattern: "^q$",
        applyTo: "quorum_queues",
        precedence: 1,
        definition: { "delivery-limit": 5 },
    })),
    users: [{ name: "u", tags: [] }],
    permissions: vhostNames.map((each) => ({
        user: "u",
        vhost: each,
        configure: "^$",
        write: "^x$",
        read: "^q$",
    })),
    topicPermissions: vhostNames.map((each) => ({
        user: "u",
        vhost: each,
        exchange: "x",
        write: "^k$",
        read: "^$",
    })),
};

interface Aliased {
    readonly name: string;
    readonly aliases: readonly unknown[];
}

/** What a component named `a` registers for a topology, and the aliases of each resource that has some. */
export async function declared(
    topology: Topology,
    answer?: Answer,
    more: Omit<CompiledTopologyArgs, "topology"> = {},
): Promise<{ readonly registrations: readonly Registration[]; readonly aliased: readonly Aliased[] }> {
    const aliased: Aliased[] = [];
    const registrations = await record(
        "test",
        async () => {
            await pulumi.runtime.runInPulumiStack(() => {
                pulumi.runtime.registerStackTransformation(({ name, opts }) => {
                    const aliases = (opts.aliases ?? []) as readonly unknown[]; // the component gives a list
                    if (aliases.length > 0) {
                        aliased.push({ name, aliases });
                    }
                    return undefined;
                });
                new MessagingTopology("a", { topology, ...more });
                return Promise.resolve({});
            });
        },
        answer,
    );
    return { registrations, aliased };
}
