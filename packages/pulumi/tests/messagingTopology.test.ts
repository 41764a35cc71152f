import * as pulumi from "@pulumi/pulumi";
import { binding, emptyTopology, exchange, queue, type Topology, vhost } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { type Answer, type Registration, record } from "../../../tests/unit/program/recorder.ts";
import { MessagingTopology } from "../src/messagingTopology.ts";
import { declared, twins, vhostNames } from "./messagingTopologyRun.ts";

/** As a broker would that gave every object another name: what uses the managed object's output shows the new one. */
const renaming: Answer = ({ type, inputs }) => {
    const { name, vhost: of } = inputs as { readonly name?: string; readonly vhost?: string }; // of every named object
    return /:(?:Exchange|Queue)$/.test(type) ? { name: `${name ?? ""} of ${of ?? ""}` } : undefined;
};

function inputsOf(registrations: readonly Registration[], noun: string): readonly Registration["inputs"][] {
    return registrations.filter(({ type }) => type.endsWith(`:${noun}`)).map(({ inputs }) => inputs);
}

describe("MessagingTopology with two virtual hosts that have the same names inside", () => {
    it("registers every object of both under a name of its own", async () => {
        const { registrations } = await declared(twins);
        const lines = registrations
            .filter(({ type }) => type.startsWith("rabbitmq:"))
            .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);
        expect(lines.sort()).toEqual([
            'Binding a-binding-b:h-q--queue-{"size"%3A1,"x%2Dmatch"%3A"all"}',
            'Binding a-binding-b:h-q--queue-{"size"%3A2,"x%2Dmatch"%3A"all"}',
            "Binding a-binding-b:x-h-#-exchange",
            "Binding a-binding-b:x-q-k",
            'Binding a-binding-h-q--queue-{"size"%3A1,"x%2Dmatch"%3A"all"}',
            'Binding a-binding-h-q--queue-{"size"%3A2,"x%2Dmatch"%3A"all"}',
            "Binding a-binding-x-h-#-exchange",
            "Binding a-binding-x-q-k",
            "Exchange a-exchange-b:h",
            "Exchange a-exchange-b:x",
            "Exchange a-exchange-h",
            "Exchange a-exchange-x",
            "Permissions a-permissions-b:u",
            "Permissions a-permissions-u",
            "Policy a-policy-b:p",
            "Policy a-policy-p",
            "Queue a-queue-b:q",
            "Queue a-queue-q",
            "TopicPermissions a-topic-permissions-b:u",
            "TopicPermissions a-topic-permissions-u",
            "User a-user-u",
            "VHost a-vhost-a",
            "VHost a-vhost-b",
        ]);
    });

    it("takes both ends of a binding from the managed objects of its own virtual host", async () => {
        const { registrations } = await declared(twins, renaming);
        const ends = inputsOf(registrations, "Binding").map(
            ({ vhost: of, source, destination }) =>
                `${String(of)}: ${String(source)} -> ${String(destination)}`,
        );
        expect(ends.sort()).toEqual(
            vhostNames.flatMap((each) => [
                `${each}: h of ${each} -> q of ${each}`,
                `${each}: h of ${each} -> q of ${each}`,
                `${each}: x of ${each} -> h of ${each}`,
                `${each}: x of ${each} -> q of ${each}`,
            ]),
        );
    });

    it("gives a user its permissions in each", async () => {
        const { registrations } = await declared(twins);
        const records = inputsOf(registrations, "TopicPermissions");
        expect(records.map(({ user, vhost: of, permissions }) => [user, of, permissions]).sort()).toEqual(
            vhostNames.map((each) => ["u", each, [{ exchange: "x", write: "^k$", read: "^$" }]]),
        );
        expect(inputsOf(registrations, "Permissions").map(({ vhost: of }) => of)).toEqual(vhostNames);
    });

    it("keeps the arguments of a headers exchange's bindings, each value of its own type", async () => {
        const { registrations } = await declared(twins);
        const json = inputsOf(registrations, "Binding").map(({ argumentsJson }) => argumentsJson);
        expect(json.filter((each) => each !== undefined).sort()).toEqual(
            [1, 1, 2, 2].map((size) => JSON.stringify({ "x-match": "all", size })),
        );
    });

    it("gives no alias that belongs to both", async () => {
        expect((await declared(twins)).aliased).toEqual([]);
    });
});

describe("MessagingTopology with a virtual host of another name", () => {
    it("keeps what was declared under the names without it", async () => {
        const only: Topology = {
            ...emptyTopology("4.3"),
            vhosts: [vhost("b")],
            exchanges: [exchange("b", "x-y", "topic")],
            queues: [queue("b", "q", "quorum")],
            bindings: [binding("b", "x-y", "q", "k")],
        };
        const { aliased } = await declared(only);
        expect(aliased).toEqual([
            { name: "a-exchange-b:x-y", aliases: [{ name: "a-exchange-x-y" }] },
            { name: "a-queue-b:q", aliases: [{ name: "a-queue-q" }] },
            { name: "a-binding-b:x%2Dy-q-k", aliases: [{ name: "a-binding-x-y-q-k" }] },
        ]);
    });
});

describe("MessagingTopology with the virtual host that every broker has", () => {
    it("retains it when the stack is destroyed, and no other", async () => {
        const retained: string[] = [];
        const topology: Topology = { ...emptyTopology("4.3"), vhosts: ["/", "a"].map(vhost) };
        await record("test", async () => {
            await pulumi.runtime.runInPulumiStack(() => {
                pulumi.runtime.registerStackTransformation(({ name, opts }) => {
                    if ((opts as pulumi.CustomResourceOptions).retainOnDelete === true) {
                        retained.push(name);
                    }
                    return undefined;
                });
                new MessagingTopology("a", { topology });
                return Promise.resolve({});
            });
        });
        expect(retained).toEqual(["a-vhost-/"]);
    });
});

describe("MessagingTopology with what a broker would refuse", () => {
    it.each<[string, Partial<Topology>, string]>([
        [
            "the same virtual host twice",
            { vhosts: ["a", "b", "a"].map(vhost) },
            'virtual host "a": is declared 2 times',
        ],
        [
            "two queues of one name in one virtual host",
            { queues: [...twins.queues, queue("b", "q", "classic")] },
            'queue "q": is declared 2 times',
        ],
        [
            "one binding twice",
            { bindings: [...twins.bindings, binding("a", "x", "q", "k")] },
            'vhost "a": binding of queue "q" to exchange "x" with routing key "k": is declared more than once; remove one',
        ],
        [
            "an internal exchange",
            { exchanges: [...twins.exchanges, exchange("a", "i", "fanout", { internal: true })] },
            'vhost "a": exchange "i": is internal, which @pulumi/rabbitmq cannot declare; leave out "internal"',
        ],
        [
            "an exchange's argument that is a number",
            { exchanges: [...twins.exchanges, exchange("a", "n", "fanout", { arguments: { "x-n": 3 } })] },
            'vhost "a": exchange "n": has argument "x-n" with the value 3, which @pulumi/rabbitmq sends as a string; write a string, or leave it out',
        ],
        [
            "a user with limits",
            { users: [{ name: "u", tags: [], limits: { maxConnections: 1 } }] },
            'user "u": has limits, which @pulumi/rabbitmq cannot declare; leave it out here, and set it with rabbitmqctl',
        ],
    ])("registers nothing of %s, and says so in one sentence", async (_, part, sentence) => {
        const registrations: Registration[] = [];
        const running = record(
            "test",
            () => {
                new MessagingTopology("a", { topology: { ...twins, ...part } });
                return Promise.resolve();
            },
            undefined,
            registrations,
        );
        const error: unknown = await running.then(
            () => undefined,
            (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ name: "TopologyError" });
        expect(pulumi.RunError.isInstance(error)).toBe(true);
        expect(String(error)).toContain(sentence);
        expect(registrations).toEqual([]);
    });
});
