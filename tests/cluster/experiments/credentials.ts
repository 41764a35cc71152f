import { expect } from "vitest";
import { z } from "zod";
import { brokerOf } from "../../../src/cli/access.ts";
import { experiment } from "../support/experiment.ts";
import { askGateway } from "../support/gatewayRequest.ts";
import { kubectl } from "../support/kubectl.ts";
import { podsIn } from "../support/pods.ts";
import type { Declared } from "../support/prodStack.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { Traffic } from "../support/traffic.ts";
import { expectNothingLost } from "./rollouts.ts";

const group = "Credentials and configuration";

const services = [
    ...["gateway", "analyzer-orchestrator", "result-processor", "notifier"],
    ...["analyzer.headers", "analyzer.content", "analyzer.links", "analyzer.attachments"],
];
/** Those that keep state, by their part of the names of roles. */
const states = ["gateway", "analyzer_orchestrator", "result_processor", "notifier"];

/** The names of the running pods of services, by the service. */
async function servicePods({ cluster }: Site): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const { metadata } of await podsIn(cluster, prodNamespace)) {
        const { "app.kubernetes.io/component": component, "app.kubernetes.io/name": service = "" } =
            metadata.labels;
        if (component === "service" && metadata.deletionTimestamp === undefined) {
            found.set(service, [...(found.get(service) ?? []), metadata.name].sort());
        }
    }
    return found;
}

/** The services whose pods `work` replaced. */
async function rolledBy(site: Site, work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = await servicePods(site);
    await work();
    // A pod that stops is still counted as running until its deletion is seen.
    const after = await servicePods(site);
    return [...before.keys()].filter((name) => String(before.get(name)) !== String(after.get(name))).sort();
}

/** The lines in which the broker's nodes refuse a login. */
async function refusedLogins({ cluster }: Site): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const { metadata } of await podsIn(cluster, prodNamespace)) {
        if (metadata.labels["app.kubernetes.io/name"] === "rabbitmq") {
            const log = await kubectl(cluster, [
                "logs",
                "-n",
                prodNamespace,
                metadata.name,
                "-c",
                "rabbitmq",
            ]);
            lines.push(
                ...log
                    .split("\n")
                    .filter((line) =>
                        /login refused|access_refused|invalid credentials|not_allowed/i.test(line),
                    ),
            );
        }
    }
    return lines;
}

/** The users of the broker that are a service's, of all generations. */
async function brokerUsers({ access }: Declared): Promise<readonly string[]> {
    const users = z.array(z.looseObject({ name: z.string() })).parse(await brokerOf(access).get(["users"]));
    return users
        .map(({ name }) => name)
        .filter((name) => services.includes(name.replace(/-\d+$/, "")))
        .sort();
}

/** The users as which the services are connected to the broker. */
async function connectedUsers({ access }: Declared): Promise<readonly string[]> {
    const connections = z
        .array(z.looseObject({ user: z.string().optional() }))
        .parse(await brokerOf(access).get(["connections"]));
    return [...new Set(connections.flatMap(({ user }) => (user === undefined ? [] : [user])))].sort();
}

async function databaseRoles({ query }: Site): Promise<readonly string[]> {
    const text = await query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'prod_%'");
    return text
        .split("\n")
        .filter((line) => line !== "")
        .sort();
}

/** The answer of the gateway to a token, in a request for an analysis that does not exist. */
async function answerTo({ entrances }: Site, token = ""): Promise<number> {
    const path = "/analyses/00000000-0000-4000-8000-000000000000";
    return (await askGateway(entrances[0] ?? "", path, token)).status;
}

export function credentialExperiments(site: () => Site): void {
    let declared: Declared;

    experiment(
        group,
        "a new generation of all credentials locks no client out, and the earlier one stays valid",
        async (note) => {
            const { stack, traffic, values } = site();
            const refusedBefore = await refusedLogins(site());
            const outcome = await traffic.during(1, async () => {
                const begun = performance.now();
                declared = await stack.up({ ...values, credentialsGeneration: "2" });
                note(`all services use it after ${Math.round((performance.now() - begun) / 1_000)} s`);
            });
            expectNothingLost(outcome, note);
            expect(outcome.accepted.length).toBe(outcome.sent);
            expect(await refusedLogins(site())).toEqual(refusedBefore);
            expect(await brokerUsers(declared)).toEqual(
                services.flatMap((name) => [name, `${name}-2`]).sort(),
            );
            await expect
                .poll(async () => await connectedUsers(declared), { timeout: 180_000, interval: 2_000 })
                .toEqual(services.map((name) => `${name}-2`).sort());
            expect(await databaseRoles(site())).toEqual(
                states.flatMap((name) => [`prod_${name}_1`, `prod_${name}_2`]).sort(),
            );
            const { tokens } = declared.access;
            expect(await answerTo(site(), tokens?.["mail-relay"])).toBe(404);
            expect(await answerTo(site(), tokens?.["mail-relay-2"])).toBe(404);
        },
    );

    experiment(
        group,
        "without the earlier generation, its users, roles and tokens do not exist, and only the gateway is rolled",
        async (note) => {
            const { stack, values, entrances, sink } = site();
            const tokens = declared.access.tokens ?? {};
            const traffic = await Traffic.create({
                entrances,
                token: tokens["mail-relay-2"] ?? "",
                deliveries: sink.deliveries,
                seed: 102,
            });
            const outcome = await traffic.during(1, async () => {
                const rolled = await rolledBy(site(), async () => {
                    declared = await stack.up({
                        ...values,
                        credentialsGeneration: "2",
                        keepPreviousCredentials: "false",
                    });
                });
                // It reads the hashes of the valid tokens.
                expect(rolled).toEqual(["gateway"]);
            });
            expectNothingLost(outcome, note);
            expect(outcome.accepted.length).toBe(outcome.sent);
            expect(await brokerUsers(declared)).toEqual(services.map((name) => `${name}-2`).sort());
            expect(await databaseRoles(site())).toEqual(states.map((name) => `prod_${name}_2`).sort());
            expect(await answerTo(site(), tokens["mail-relay"])).toBe(401);
            expect(await answerTo(site(), tokens["mail-relay-2"])).toBe(404);
        },
    );

    experiment(group, "new credentials of one service roll only its pods", async () => {
        const { stack, values } = site();
        const rolled = await rolledBy(site(), async () => {
            declared = await stack.up({
                ...values,
                credentialsGeneration: "2",
                keepPreviousCredentials: "false",
                serviceCredentials: JSON.stringify(["analyzer.links=3"]),
            });
        });
        expect(rolled).toEqual(["analyzer-links"]);
        expect(await connectedUsers(declared)).toContain("analyzer.links-3");
    });

    experiment(group, "a changed ConfigMap rolls the pods that read it, and no others", async () => {
        const { stack, values } = site();
        const changed = {
            ...values,
            credentialsGeneration: "2",
            keepPreviousCredentials: "false",
            serviceCredentials: JSON.stringify(["analyzer.links=3"]),
        };
        const address = { ...changed, smtpTo: "others@example.com" };
        expect(await rolledBy(site(), async () => await stack.up(address))).toEqual(["notifier"]);
        expect(await rolledBy(site(), async () => await stack.up(address))).toEqual([]);
    });

    experiment(group, "earlier credentials can be declared again", async (note) => {
        const { stack, traffic, values } = site();
        declared = await stack.up(values);
        expect(await brokerUsers(declared)).toEqual([...services].sort());
        expectNothingLost(
            await traffic.during(1, async () => {
                await expect
                    .poll(async () => await connectedUsers(declared), { timeout: 60_000, interval: 2_000 })
                    .toEqual([...services].sort());
            }),
            note,
        );
    });
}
