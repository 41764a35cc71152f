import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { SiteExperiments } from "../support/experiment.ts";
import { seconds, tryFault } from "../support/faultTrial.ts";
import { leadingNode } from "../support/leaders.ts";
import { startManagementProxy } from "../support/managementProxy.ts";
import { withProbe } from "../support/probe.ts";
import type { Site } from "../support/site.ts";
import { withTopologyCommand } from "../support/topologyCommand.ts";
import { problems } from "./declarations.ts";

/** What operators do while messages flow, and what interrupts them. */
export function operationExperiments({ experiment }: SiteExperiments): void {
    experiment(
        "new credentials and the removal of the old ones lose no confirmed message",
        "credentials rotated under load",
        async (site, note) => {
            const login = (generation: number) => ({
                username: `load-${generation}`,
                password: `secret-${generation}`,
            });
            const create = async (generation: number): Promise<void> => {
                const api = await site.cluster.api();
                const { username, password } = login(generation);
                await api.putUser(username, { password, tags: [] });
                await api.putPermissions(site.vhost, username, { configure: "", write: ".*", read: ".*" });
            };
            let generation = 1;
            await create(1);
            try {
                await tryFault(site, note, {
                    load: { as: () => login(generation) },
                    hold: 5,
                    inject: async ({ cluster }) => {
                        await create(2);
                        generation = 2;
                        await (await cluster.api()).deleteUser("load-1");
                    },
                });
            } finally {
                const api = await site.cluster.api();
                const users = (await api.get(["users"])) as readonly { readonly name: string }[]; // all users
                for (const { name } of users.filter((user) => user.name.startsWith("load-"))) {
                    await api.deleteUser(name);
                }
            }
        },
    );
    experiment(
        "a redrive that is killed can be repeated, loses nothing, and sends at most one batch twice for each kill",
        "`topology redrive` killed twice, then the node with most leaders",
        async (site, note) => {
            const [queue, parked] = parkingPair(site);
            const total = 300;
            const batch = 20;
            await park(site, queue, parked, total);
            const { starts, repeated } = await redriveWithKills(site, queue, parked, total, batch);
            note(`${total} dead letters, started ${starts} times, ${repeated} sent twice`);
            expect(repeated).toBeLessThanOrEqual((starts + 1) * batch);
        },
    );
    experiment(
        "a command that cannot read the broker says so in one sentence, changes nothing, and works again afterwards",
        "management API down, answering 500, then slow",
        async (site, note) => {
            const [node] = site.cluster.nodes;
            const proxy = await startManagementProxy(node?.api.endpoint ?? "");
            try {
                await withTopologyCommand(site, async ({ run }) => {
                    for (const mode of ["down", "failing"] as const) {
                        proxy.become(mode);
                        const { exitCode, output, errors } = await run(["drift"], proxy.endpoint);
                        expect({ mode, exitCode, output }).toEqual({ mode, exitCode: 3, output: "" });
                        expect(problems(errors).trim().split("\n")).toHaveLength(1);
                        expect(errors).not.toMatch(/^ +at /mu);
                    }
                    proxy.become("slow");
                    const begun = Date.now();
                    const { exitCode, output } = await run(["drift"], proxy.endpoint);
                    note(`compared in ${seconds(Date.now() - begun)} with 500 ms for each answer`);
                    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({
                        exitCode: 0,
                        output: "",
                    });
                });
            } finally {
                await proxy.close();
            }
        },
    );
}

/** A queue that dead-letters at least once, and its dead-letter queue. */
function parkingPair({ claims, vhost, topology }: Site): readonly [queue: string, parked: string] {
    for (const claim of claims.claims) {
        const [parked] = claim.kind === "keepsDeadLetters" && claim.vhost === vhost ? claim.to : [];
        if (claim.kind === "keepsDeadLetters" && parked !== undefined) {
            return [claim.queue, parked];
        }
    }
    const names = topology.queues.map(({ name }) => `"${name}"`).join(", ");
    throw new Error(`no queue of vhost "${vhost}" dead-letters at least once: ${names}`);
}

async function park(site: Site, queue: string, parked: string, total: number): Promise<void> {
    await withProbe(site, site.vhost, async ({ publish, take, channel, count }) => {
        for (let index = 0; index < total; index++) {
            expect(await publish("", queue, `dead-${index}`)).toBe("confirmed");
            channel.reject(await take(queue), false);
        }
        while ((await count(parked)) < total) {
            await sleep(200);
        }
    });
}

/** Repeats a redrive until the parking queue is empty; the first two runs are killed, and a node during the third. */
async function redriveWithKills(
    site: Site,
    queue: string,
    parked: string,
    total: number,
    batch: number,
): Promise<{ readonly starts: number; readonly repeated: number }> {
    return await withTopologyCommand(site, async ({ start }) => {
        let starts = 0;
        for (;;) {
            const redrive = start([
                ...["redrive", parked, "--yes", "--batch", String(batch), "--rate", "50"],
                ...["--vhost", site.vhost],
            ]);
            starts++;
            if (starts <= 2) {
                await sleep(4_000);
                redrive.kill();
                await redrive.ended;
                continue;
            }
            if (starts === 3) {
                await sleep(3_000);
                const { node } = await leadingNode(site);
                await node.kill();
                await redrive.ended;
                await node.start();
                await site.cluster.whole();
                continue;
            }
            const { exitCode, output, errors } = await redrive.ended;
            const left = await withProbe(site, site.vhost, ({ count }) => count(parked));
            if (left === 0) {
                break;
            }
            if (starts > 6) {
                throw new Error(
                    `${left} messages are left (exit code ${String(exitCode)}): ${output}${errors}`,
                );
            }
        }
        const ids = await withProbe(site, site.vhost, ({ drain }) => drain(queue));
        const expected = Array.from({ length: total }, (_, index) => `dead-${index}`);
        const missing = expected.filter((id) => !ids.includes(id));
        expect(missing).toEqual([]);
        return { starts, repeated: ids.length - total };
    });
}
