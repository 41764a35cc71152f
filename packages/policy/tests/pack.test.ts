import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleTopology } from "../../../tests/support/sampleTopology.ts";
import { type RunningPack, runPack } from "./engine.ts";
import { resource, resourcesOf, unknownText } from "./resources.ts";

/** The description of each policy, which precedes every violation. */
const valid =
    "Reports errors of the stack's RabbitMQ objects: missing references, and messages that are lost or rejected by mistake.";
const careful =
    "Reports warnings of the stack's RabbitMQ objects, and values that are known only after the update.";

const binding = (source: string, destination: string): ReturnType<typeof resource> =>
    resource("binding/Binding", `${source}-${destination}`, {
        vhost: "/",
        source,
        destination,
        destinationType: "queue",
        routingKey: "",
    });

// What the engine itself does with it, tests/engine/policy.test.ts shows.
describe("the policy pack, in the engine's protocol", () => {
    let pack: RunningPack;

    beforeAll(async () => {
        pack = await runPack();
    }, 120_000);

    afterAll(async () => {
        await pack.stop();
    });

    it("passes the program's own topology", async () => {
        expect(await pack.analyzeStack(resourcesOf(sampleTopology("4.3")))).toEqual([]);
    });

    it("refuses a stack with a dangling reference, at the resource", async () => {
        const broken = binding("amq.fanout", "orders");
        expect(await pack.analyzeStack([broken])).toEqual([
            {
                policy: "sound-topology",
                level: "mandatory",
                message: `${valid}\ndanglingReference: vhost "/": binding "amq.fanout -> orders ()": destination "orders" does not exist; declare the queue or remove the reference`,
                urn: broken.urn,
            },
        ]);
    });

    it("tells what is not known yet, and refuses nothing then", async () => {
        const late = resource("queue/Queue", "late", {
            name: "late",
            settings: { durable: true, argumentsJson: unknownText },
        });
        const response = await pack.analyzeStack([late, binding("amq.fanout", "late")]);
        expect(response.map(({ level, urn }) => [level, urn])).toEqual([
            ["advisory", binding("amq.fanout", "late").urn],
            ["advisory", late.urn],
        ]);
        expect(response[1]?.message).toBe(
            `${careful}\nunknownValue: resource "late": "settings.argumentsJson" is known only after the update and cannot be checked; all other findings are advisory; use a plain value, or check again after the update`,
        );
    });

    it("checks the inputs of the program, not the outputs of the provider", async () => {
        const queue = resource("queue/Queue", "early", { name: "early", settings: { durable: true } });
        const broken = binding("amq.fanout", "missing");
        expect(await pack.analyze(queue)).toEqual([]);
        expect(await pack.analyze(broken)).toEqual([]);
        const answers = [queue, broken].map((each) => ({ ...each, props: {} }));
        const response = await pack.analyzeStack(answers);
        expect(response.filter(({ level }) => level === "mandatory").map(({ urn }) => urn)).toContain(
            broken.urn,
        );
    });

    it("refuses a stack when its own configuration cannot be read", async () => {
        await pack.configure("sound-topology", { brokerVersion: "3.9" });
        expect(await pack.analyzeStack([])).toEqual([
            {
                policy: "sound-topology",
                level: "mandatory",
                message: `${valid}\npolicy configuration: brokerVersion: Invalid option: expected one of "4.0"|"4.1"|"4.2"|"4.3"; correct it in the file of --policy-pack-config`,
                urn: "",
            },
        ]);
        await pack.configure("sound-topology", { baseline: "none.yaml" });
        expect((await pack.analyzeStack([])).map(({ message }) => message)).toEqual([
            `${valid}\nbaseline "none.yaml" cannot be read (ENOENT); write its path relative to the folder of Pulumi.yaml`,
        ]);
        await pack.configure("sound-topology", {});
        expect(await pack.analyzeStack([])).toEqual([]);
    });
});
