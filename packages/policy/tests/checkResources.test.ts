import { brokerVersions } from "@spot-messaging/topology";
import { parseBaseline } from "@spot-messaging/topology/check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../tests/support/sampleTopology.ts";
import { toDefinitions } from "../../topology/src/definitions/definitions.ts";
import { checkResources } from "../src/checkResources.ts";
import { declaredTopology, type StackResource } from "../src/declaredTopology.ts";
import { resource, resourcesOf } from "./resources.ts";

const options = { brokerVersion: "4.3", stack: "dev", today: "2026-11-24" } as const;

const quorum = { durable: true, argumentsJson: '{"x-queue-type":"quorum"}' };

const queue = (name: string, settings: object = quorum): StackResource =>
    resource("queue/Queue", name, { name, settings });

const binding = (source: string, destination: string): StackResource =>
    resource("binding/Binding", `${source} ${destination}`, {
        vhost: "/",
        source,
        destination,
        destinationType: "queue",
    });

/** Properties with an unknown value, in the form of the SDK. */
const withUnknown = (props: object, key: string): object =>
    Object.defineProperty({ ...props }, key, {
        enumerable: true,
        get: () => {
            throw new Error(`string value at .${key} can't be known during preview`);
        },
    });

describe("the topology that resources declare", () => {
    it.each(brokerVersions)("is the one that the components were given, for RabbitMQ %s", (version) => {
        const topology = sampleTopology(version);
        const { parsed, unknownResources } = declaredTopology(resourcesOf(topology), version);
        expect(toDefinitions(parsed.topology)).toEqual(toDefinitions(topology));
        expect(unknownResources).toEqual([]);
    });

    it("has the provider's own defaults where a resource leaves something out", () => {
        const { parsed } = declaredTopology(
            [
                resource("queue/Queue", "a", { name: "a", settings: {} }),
                resource("exchange/Exchange", "b", { name: "b", settings: { type: "fanout" } }),
                resource("policy/Policy", "c", {
                    name: "c",
                    vhost: "/",
                    policy: {
                        pattern: ".*",
                        applyTo: "queues",
                        priority: 0,
                        definition: { "max-length": "10", "queue-mode": "lazy" },
                    },
                }),
            ],
            "4.3",
        );
        const { queues, exchanges, policies, vhosts } = parsed.topology;
        expect({ queues, exchanges, policies, vhosts }).toEqual({
            queues: [
                {
                    vhost: "/",
                    name: "a",
                    type: "classic",
                    durable: false,
                    autoDelete: false,
                    arguments: {},
                    retain: false,
                },
            ],
            exchanges: [
                {
                    vhost: "/",
                    name: "b",
                    type: "fanout",
                    durable: false,
                    autoDelete: false,
                    internal: false,
                    arguments: {},
                },
            ],
            policies: [
                {
                    vhost: "/",
                    name: "c",
                    pattern: ".*",
                    applyTo: "queues",
                    precedence: 0,
                    definition: { "max-length": 10, "queue-mode": "lazy" },
                },
            ],
            vhosts: [{ name: "/" }],
        });
    });
});

describe("the check of resources", () => {
    const broken = binding("amq.fanout", "orders");
    const place = 'vhost "/": binding "amq.fanout -> orders ()"';

    it.each(brokerVersions)("has nothing against the program's own, for RabbitMQ %s", (brokerVersion) => {
        expect(
            checkResources(resourcesOf(sampleTopology(brokerVersion)), { ...options, brokerVersion }),
        ).toEqual([]);
    });

    it("reports nothing for a stack without RabbitMQ resources", () => {
        expect(checkResources([resource("provider/Other", "a", {})], options)).toEqual([]);
    });

    it("refuses an error and advises on a warning, at the resources that they are about", () => {
        const twice = [queue("jobs"), { ...queue("jobs"), urn: "second" }];
        expect(checkResources([broken, ...twice], options)).toEqual([
            {
                isMandatory: true,
                message: `danglingReference: ${place}: destination "orders" does not exist; declare the queue or remove the reference`,
                urn: broken.urn,
            },
            {
                isMandatory: false,
                message:
                    'repeatedObject: queues[1] "jobs": is a duplicate of queues[0] "jobs"; keep one of them',
                urn: "second",
            },
        ]);
    });

    it("leaves out what is accepted, and counts it again when its day is over", () => {
        const text = [
            "accepted:",
            "  - rule: danglingReference",
            `    place: '${place}'`,
            "    reason: the shop declares it",
            "    until: 2026-11-24",
        ].join("\n");
        const baseline = parseBaseline(text, "baseline.yaml");
        expect(checkResources([broken], { ...options, baseline })).toEqual([]);
        const later = checkResources([broken], { ...options, baseline, today: "2026-11-25" });
        expect(later.map(({ isMandatory, message }) => [isMandatory, message.split(":")[0]])).toEqual([
            [true, "danglingReference"],
            [false, "expiredAcceptance"],
        ]);
    });

    it("checks each broker by itself", () => {
        const elsewhere: StackResource = { ...queue("orders"), provider: { urn: "urn:other" } };
        expect(checkResources([broken, elsewhere], options).map(({ urn }) => urn)).toEqual([broken.urn]);
        expect(checkResources([broken, queue("orders")], options)).toEqual([]);
    });

    it("reports which value cannot be read, and checks nothing else", () => {
        const unsound = queue("jobs", { argumentsJson: "{" });
        expect(checkResources([broken, unsound], options)).toEqual([
            {
                isMandatory: true,
                message: 'unreadable: queues[0] "jobs": "arguments" is "{"; expected a table of arguments',
                urn: unsound.urn,
            },
        ]);
    });

    it("says what is not known yet, and refuses nothing then", () => {
        const late = queue("late", withUnknown({ durable: true }, "argumentsJson"));
        expect(checkResources([broken, late], options)).toEqual([
            {
                isMandatory: false,
                message: `danglingReference: ${place}: destination "orders" does not exist; declare the queue or remove the reference`,
                urn: broken.urn,
            },
            {
                isMandatory: false,
                message:
                    'unknownValue: resource "late": "settings.argumentsJson" is known only after the update and cannot be checked; all other findings are advisory; use a plain value, or check again after the update',
                urn: late.urn,
            },
        ]);
    });

    it("reports unknown values of several resources in one violation, even if every value is unknown", () => {
        const late = [queue("a"), queue("b"), queue("c")].map((each) => ({ ...each, props: {} }));
        expect(checkResources(late, options)).toEqual([
            {
                isMandatory: false,
                message:
                    'unknownValue: resource "a": "name", "vhost", "settings" are known only after the update (also in 2 more resources) and cannot be checked; all other findings are advisory; use a plain value, or check again after the update',
                urn: queue("a").urn,
            },
        ]);
    });

    it("does not ask for a password", () => {
        const user = resource("user/User", "a", withUnknown({ name: "a", tags: [] }, "password"));
        expect(checkResources([user], options)).toEqual([]);
    });
});
