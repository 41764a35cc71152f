import { binding, exchange, queue, type Service, type Topology } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { declared, twins, vhostNames } from "./messagingTopologyRun.ts";

describe("MessagingTopology of a broker that had the topology before", () => {
    const billing: Service = {
        vhost: "a",
        name: "billing",
        ...{
            publishes: [],
            consumes: [],
            calls: [],
            replies: false,
            inspects: [],
            redrives: false,
            tags: [],
        },
    };
    const adopted: Topology = {
        ...twins,
        vhosts: vhostNames.map((name) => ({ name, defaultQueueType: "quorum", limits: { maxQueues: 9 } })),
        exchanges: [...twins.exchanges, exchange("a", "inner", "fanout", { internal: true })],
        queues: [...twins.queues, queue("a", "me@home", "classic")],
        bindings: [
            ...twins.bindings,
            binding("a", "x", "gone", "k"),
            binding("a", "x", "inner", "k", { destinationType: "exchange" }),
        ],
        policies: [
            ...twins.policies,
            {
                vhost: "a",
                name: "flag",
                pattern: "^h$",
                applyTo: "exchanges",
                precedence: 2,
                definition: { "alternate-exchange": "7" },
            },
        ],
        users: [...twins.users, { name: "billing", tags: [] }],
        services: [billing],
    };

    async function registered(): Promise<readonly string[]> {
        const { registrations } = await declared(adopted, undefined, { adopted: true });
        return registrations.map(({ name }) => name);
    }

    it("gives a password only to the users of services, and declares the permissions of all", async () => {
        const all = await registered();
        expect(all.filter((each) => /^a-(?:user|password)-/u.test(each)).sort()).toEqual([
            "a-password-billing",
            "a-user-billing",
        ]);
        expect(all.filter((each) => each.startsWith("a-permissions-")).sort()).toEqual([
            "a-permissions-b:u",
            "a-permissions-u",
        ]);
    });

    it("declares all but what the provider cannot declare, although the checks find errors", async () => {
        const before = (await declared(twins)).registrations.map(({ name }) => name);
        const isUser = (name: string): boolean => /^a-(?:user|password)-/u.test(name);
        const all = await registered();
        const more = all.filter((each) => !before.includes(each) && !isUser(each));
        expect(more).toEqual(["a-binding-x-inner-k-exchange"]);
        expect(before.filter((each) => !all.includes(each) && !isUser(each))).toEqual([]);
    });
});
