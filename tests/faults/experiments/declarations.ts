import { setTimeout as sleep } from "node:timers/promises";
import type { ManagementApi } from "@spot-messaging/management";
import type { Binding } from "@spot-messaging/topology";
import { expect } from "vitest";
import type { Note } from "../../support/experimentTable.ts";
import type { SiteExperiments } from "../support/experiment.ts";
import { seconds, tryFault } from "../support/faultTrial.ts";
import { withProbe } from "../support/probe.ts";
import type { LoadRoute } from "../support/publisher.ts";
import type { Site } from "../support/site.ts";
import { withTopologyCommand } from "../support/topologyCommand.ts";

const named =
    "no confirmed message is lost: what has no route is parked or returned; `topology drift` names the object, and declaring again repairs it";

/** A binding that a person deletes. */
export function deletedBindingExperiments({ experiment }: SiteExperiments): void {
    experiment(named, "hand-deleted binding", async (site, note) => {
        const { route, binding } = boundRoute(site);
        note(`exchange "${route.exchange}" to queue "${binding.destination}"`);
        await tryDeletion(site, note, binding.destination, async (api) => {
            const { source, destination, destinationType, routingKey } = binding;
            await api.deleteBinding(site.vhost, { source, destination, destinationType }, routingKey);
        });
    });
}

/** What a person deletes or changes on the broker. */
export function declarationExperiments(about: SiteExperiments): void {
    deletedBindingExperiments(about);
    const { experiment } = about;
    experiment(named, "hand-deleted exchange", async (site, note) => {
        const { route } = boundRoute(site);
        note(`exchange "${route.exchange}"`);
        await tryDeletion(site, note, route.exchange, (api) =>
            api.deleteExchange(site.vhost, route.exchange),
        );
    });
    experiment(
        "no confirmed message is lost unless a consumer rejects it during that time; `topology drift` names the policy, and declaring again repairs it",
        "hand-deleted policy with the dead-letter exchange",
        async (site, note) => {
            const policy = site.topology.policies.find(
                ({ vhost, definition }) =>
                    vhost === site.vhost && definition["dead-letter-exchange"] !== undefined,
            );
            if (policy === undefined) {
                note("no policy of this topology has a dead-letter exchange; nothing to delete");
                return;
            }
            note(`policy "${policy.name}"`);
            const remove = (api: ManagementApi): Promise<void> => api.deletePolicy(site.vhost, policy.name);
            const queue = site.topology.queues.find(
                ({ vhost, name }) => vhost === site.vhost && new RegExp(policy.pattern, "u").test(name),
            );
            if (queue !== undefined) {
                await remove(await site.cluster.api());
                note(`a message that is rejected during that time ${await fateOfRejected(site, queue.name)}`);
                await site.declare();
            }
            const routes = site.routes.map((route) => ({ ...route, hasRejected: false }));
            await tryDeletion(site, note, policy.name, remove, routes);
        },
    );
    experiment(
        "queues, bindings and policies can be added, changed and deleted under load, and no confirmed message is lost",
        "topology changes under load",
        async (site, note) => {
            let changes = 0;
            await tryFault(site, note, {
                hold: 0,
                inject: async ({ cluster, vhost }) => {
                    const api = await cluster.api();
                    const { route } = boundRoute(site);
                    for (let round = 0; round < 10; round++) {
                        const name = `beside-${round}`;
                        await api.declareQueue(vhost, name, {
                            durable: true,
                            auto_delete: false,
                            arguments: { "x-queue-type": "quorum" },
                        });
                        const ends = {
                            source: route.exchange,
                            destination: name,
                            destinationType: "queue",
                        } as const;
                        const key = await api.declareBinding(vhost, {
                            ...ends,
                            routingKey: route.routingKey,
                            arguments: {},
                        });
                        await api.putPolicy(vhost, name, {
                            pattern: `^${name}$`,
                            "apply-to": "queues",
                            priority: 1,
                            definition: { "max-length": 1_000 * (round + 1) },
                        });
                        for (const policy of site.topology.policies.filter((each) => each.vhost === vhost)) {
                            await api.putPolicy(vhost, policy.name, {
                                pattern: policy.pattern,
                                "apply-to": policy.applyTo,
                                priority: policy.precedence,
                                definition: policy.definition,
                            });
                            changes++;
                        }
                        await api.deleteBinding(vhost, ends, key);
                        await api.deletePolicy(vhost, name);
                        await api.deleteQueue(vhost, name);
                        changes += 6;
                    }
                },
            });
            note(`${changes} changes`);
        },
    );
}

/**
 * A route of the load to one queue with an explicit binding, whose exchange the broker does not declare itself. With further queues, a message
 * that is published without the binding is confirmed by those, and rightly never arrives in this one.
 */
function boundRoute({ routes, topology, vhost }: Site): {
    readonly route: LoadRoute;
    readonly binding: Binding;
} {
    for (const route of routes) {
        const binding = topology.bindings.find(
            (each) =>
                each.vhost === vhost &&
                each.source === route.exchange &&
                each.routingKey === route.routingKey &&
                each.destinationType === "queue" &&
                route.queues.length === 1 &&
                route.queues[0] === each.destination &&
                Object.keys(each.arguments).length === 0,
        );
        if (binding !== undefined) {
            return { route, binding };
        }
    }
    throw new Error("no route of the load to one queue has a binding with its routing key");
}

/** Deletes something under load, finds it with `topology drift`, and declares it again. */
async function tryDeletion(
    site: Site,
    note: Note,
    name: string,
    remove: (api: ManagementApi) => Promise<void>,
    routes: readonly LoadRoute[] = site.routes,
): Promise<void> {
    await withTopologyCommand(site, async ({ run }) => {
        await tryFault(site, note, {
            load: { routes },
            hold: 2,
            inject: async ({ cluster }) => {
                await remove(await cluster.api());
                const begun = Date.now();
                const { exitCode, output, errors } = await run(["drift"]);
                note(`named by \`topology drift\` after ${seconds(Date.now() - begun)}`);
                expect({ exitCode, errors: problems(errors) }).toEqual({ exitCode: 1, errors: "" });
                expect(output).toContain(`"${name}"`);
            },
            repair: ({ declare }) => declare(),
        });
        const { exitCode, output } = await run(["drift"]);
        expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
    });
}

/** What a command says besides that the broker is slow. */
export function problems(errors: string): string {
    return errors.replaceAll(/^reading broker .*\n/gmu, "");
}

/** What becomes of a message that a consumer rejects now. No other consumer may be there. */
async function fateOfRejected(site: Site, queue: string): Promise<string> {
    // The leader of the queue learns of a changed policy within this time.
    await sleep(2_000);
    return await withProbe(site, site.vhost, async ({ channel, publish, take, count }) => {
        expect(await publish("", queue, "rejected-without-policy")).toBe("confirmed");
        channel.reject(await take(queue), false);
        await sleep(2_000);
        for (const { vhost, name, type } of site.topology.queues) {
            if (vhost === site.vhost && type !== "stream" && (await count(name)) > 0) {
                return `is in "${name}"`;
            }
        }
        return "is lost";
    });
}
