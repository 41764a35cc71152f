import { exchange, queue } from "@spot-messaging/topology";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { router } from "../../packages/topology/src/routing/routing.ts";
import { seed } from "../support/seed.ts";
import { inVhost, type OracleBroker, startOracle } from "./oracle/broker.ts";
import { expectedReceptions, tryReceptions } from "./oracle/capabilityOracle.ts";
import { declare, topologyIn } from "./oracle/declared.ts";
import { checkFates } from "./oracle/fateOracle.ts";
import { fatePlan } from "./oracle/fatePlan.ts";
import { checkPluginRouting, distribution, exchangePlugins } from "./oracle/pluginOracle.ts";
import { pluginPlan } from "./oracle/pluginPlan.ts";
import { checkPolicies } from "./oracle/policyOracle.ts";
import { policyPlan } from "./oracle/policyPlan.ts";
import { checkRouting, type Mismatch } from "./oracle/routingOracle.ts";
import { routingPlan } from "./oracle/routingPlan.ts";
import { checkShovels } from "./oracle/shovelOracle.ts";
import { shovelPlan } from "./oracle/shovelPlan.ts";
import { onEveryVersion } from "./support/everyVersion.ts";

/**
 * Compares the model of the broker with the broker: random topologies on the oldest and the newest supported version, and the same
 * questions to both. `SPOT_SEED=<number>` draws other topologies; a failure prints the seed that repeats it.
 *
 * Rules that this test found, and where they are implemented:
 * - An exchange uses its alternate exchange only if none of its own bindings matches, even if a matching binding leads to no queue (`walk`
 *   in routing.ts).
 * - The default exchange, as an alternate, finds no queue by its name and may have an alternate by policy (`predeclared` in
 *   routingIndex.ts).
 * - A policy with a key that the queue's type does not support is skipped before priorities are compared (`MatchingPolicies` in
 *   effectivePolicies.ts).
 *
 * - A URI of a shovel without a virtual host means "/" (`defaultLinkVhost` in shovel.ts).
 *
 * Not proved here: several nodes, exchange types of plugins that RabbitMQ does not ship, shovels between brokers, federation, retention of
 * streams, the versions between the two.
 */
/** The maximum time to shrink a failure: every attempt is declared on the broker. */
const parameters = { seed, interruptAfterTimeLimit: 360_000, markInterruptAsFailure: true } as const;

/** Enough that the queue with the smallest weight receives none once in 10^9 runs. */
const messagesPerType = 2_500;

/** Fails with the first few mismatches, so that the output of fast-check stays readable. */
function none(mismatches: readonly Mismatch[]): void {
    if (mismatches.length > 0) {
        throw new Error(`model and broker differ: ${JSON.stringify(mismatches.slice(0, 3), undefined, 2)}`);
    }
}

onEveryVersion("the model and RabbitMQ %s", (version) => {
    let broker: OracleBroker;

    beforeAll(async () => {
        process.stderr.write(`oracle ${version}: SPOT_SEED=${seed}\n`);
        broker = await startOracle("oracle", version);
    });

    afterAll(async () => {
        await broker.remove();
    });

    it("agree on the queues of at least 10,000 messages", { timeout: 480_000 }, async () => {
        let probes = 0;
        const property = fc.asyncProperty(routingPlan(250), async (plan) => {
            probes += plan.probes.length;
            none(await checkRouting(broker, plan));
        });
        await fc.assert(property, { ...parameters, numRuns: 150 });
        process.stderr.write(`oracle ${version}: ${probes} messages\n`);
        expect(probes).toBeGreaterThanOrEqual(10_000);
    });

    it("agree on where exchanges of plugins send 3,000 messages, and every destination receives some", {
        timeout: 480_000,
    }, async () => {
        await broker.enablePlugins(...exchangePlugins);
        let [probes, choices] = [0, 0];
        const property = fc.asyncProperty(pluginPlan(100), async (plan) => {
            const verdict = await checkPluginRouting(broker, plan);
            probes += plan.probes.length;
            choices += verdict.choices;
            none(verdict.mismatches);
        });
        await fc.assert(property, { ...parameters, numRuns: 30 });
        process.stderr.write(
            `oracle ${version}: ${probes} messages through plugins, ${choices} with a choice\n`,
        );
        expect(choices).toBeGreaterThan(probes / 10);
        const counts = await distribution(broker, messagesPerType);
        for (const [type, [least = 0, ...others]] of Object.entries(counts)) {
            expect(least + others.reduce((sum, count) => sum + count, 0), type).toBe(messagesPerType);
            // The first queue of the consistent hash has 1 of 111 buckets.
            expect(Math.min(least, ...others), type).toBeGreaterThan(0);
        }
    });

    it("agree on the queues where shovels bring messages", { timeout: 480_000 }, async () => {
        await broker.enablePlugins("rabbitmq_shovel");
        let moved = 0;
        const property = fc.asyncProperty(
            shovelPlan(version === "4.3" ? ["local"] : [], 20),
            async (plan) => {
                const verdict = await checkShovels(broker, plan);
                moved += verdict.moved;
                none(verdict.mismatches);
            },
        );
        await fc.assert(property, { ...parameters, numRuns: 8 });
        process.stderr.write(`oracle ${version}: ${moved} messages moved by shovels\n`);
        expect(moved).toBeGreaterThan(20);
    });

    it("agree on the effective policies, in at least 1,000 questions", { timeout: 480_000 }, async () => {
        let [questions, ties] = [0, 0];
        const property = fc.asyncProperty(policyPlan(version), async (plan) => {
            const verdict = await checkPolicies(broker, plan);
            questions += verdict.questions;
            ties += verdict.ties;
            none(verdict.mismatches);
        });
        await fc.assert(property, { ...parameters, numRuns: 40 });
        process.stderr.write(`oracle ${version}: ${questions} policy questions, ${ties} of them ties\n`);
        expect(questions).toBeGreaterThanOrEqual(1_000);
        expect(ties).toBeGreaterThan(0);
    });

    it("agree on the effect of every setting, in every way, on every queue type", async () => {
        const byIdentity = (receptions: Awaited<ReturnType<typeof tryReceptions>>): readonly string[] =>
            receptions
                .map(({ setting, way, type, outcome }) => `${setting}, ${way}, ${type}: ${outcome}`)
                .sort();
        const expected = byIdentity(expectedReceptions(broker));
        expect(byIdentity(await tryReceptions(broker))).toEqual(expected);
        expect(expected.length).toBeGreaterThan(200);
    });

    it("agree on the end of at least 150 dead letters, and see every kind of end", {
        timeout: 480_000,
    }, async () => {
        const ends = new Map<string, number>();
        const property = fc.asyncProperty(fatePlan(40), async (graphs) => {
            const verdict = await checkFates(broker, graphs);
            for (const end of verdict.ends) {
                ends.set(end, (ends.get(end) ?? 0) + 1);
            }
            none(verdict.mismatches);
        });
        await fc.assert(property, { ...parameters, numRuns: 15 });
        process.stderr.write(`oracle ${version}: ends ${JSON.stringify(Object.fromEntries(ends))}\n`);
        expect([...ends.keys()].sort()).toEqual(["cycle", "dropped", "kept", "queue", "refused"]);
        expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(150);
    });

    it("agree that no user can publish to an internal exchange", async () => {
        const topology = topologyIn("v", broker, {
            exchanges: [exchange("v", "inside", "fanout", { internal: true })],
            queues: [queue("v", "q", "classic")],
            bindings: [
                {
                    vhost: "v",
                    source: "inside",
                    destination: "q",
                    destinationType: "queue",
                    routingKey: "",
                    arguments: {},
                },
            ],
        });
        expect(router(topology)({ vhost: "v", exchange: "inside", routingKey: "" })).toEqual([]);
        const refusal = await inVhost(broker, async (vhost) => {
            await declare(broker, vhost, topology);
            const connection = await broker.connect(vhost);
            const channel = await connection.createChannel();
            const closed = new Promise<string>((resolve) => {
                channel.on("error", (error: Error) => {
                    resolve(error.message);
                });
            });
            channel.publish("inside", "", Buffer.from(""));
            const reason = await closed;
            await connection.close();
            return reason;
        });
        expect(refusal).toContain("ACCESS_REFUSED");
    });
});
