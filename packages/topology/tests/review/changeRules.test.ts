import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { queueSettings } from "../../src/broker/capabilities.ts";
import { queue, type Topology } from "../../src/model/index.ts";
import { kindRules } from "../../src/review/changeRules/index.ts";
import { topField } from "../../src/review/changeRules/rule.ts";
import { settingRules } from "../../src/review/changeRules/setting.ts";
import { objectKinds } from "../../src/review/compare/change.ts";
import { comparedObjects } from "../../src/review/compare/comparedObject.ts";
import { diff } from "../../src/review/compare/diff.ts";
import { validTopologies } from "../checks/mutation/validTopologies.ts";
import { topologyOf } from "../routing/topologies.ts";
import { configured, policyOf, spot, withOperatorPolicy } from "./edits.ts";

/** What a policy on the only queue, with a dead-letter exchange that is bound or not, becomes. */
function changed(type: "classic" | "quorum" | "stream", key: string, before?: unknown, after?: unknown) {
    const side = (value: unknown): Topology =>
        topologyOf({
            queues: [queue("v", "q", type)],
            policies: [
                {
                    ...policyOf("p", {
                        "max-length-bytes": 1_000,
                        ...(value !== undefined && { [key]: value }),
                    }), // values are the table's
                    vhost: "v",
                },
            ],
        });
    const [change] = diff(side(before), side(after));
    return { consequence: change?.consequence, rule: change?.reason.rule };
}

describe("the change rules", () => {
    it.each(objectKinds)("know every field of a %s", (kind) => {
        const operated = withOperatorPolicy(policyOf("cap", { "max-length": 10 }))(spot);
        const linked = {
            ...validTopologies.linked,
            parameters: [
                ...(validTopologies.linked.parameters ?? []),
                { vhost: "shop", component: "own", name: "setting", value: true },
            ],
            globalParameters: [{ name: "mqtt_port_to_vhost_mapping", value: { "1883": "shop" } }],
        };
        const objects = [spot, operated, linked, sampleTopology("4.0"), configured({}, "4.2")].flatMap(
            (each) => [...comparedObjects(each).values()],
        );
        const fields = objects
            .filter(({ object }) => object.kind === kind)
            .flatMap((each) => [...each.fields.keys()].map((field) => topField({ field })));
        expect(fields.length).toBeGreaterThan(kind === "vhost" ? -1 : 0);
        for (const field of new Set(fields)) {
            expect(Object.keys(kindRules[kind].fields), field).toContain(field);
        }
    });

    it.each(objectKinds)("say where the rules of a %s are written", (kind) => {
        const { fields, created, deleted } = kindRules[kind];
        for (const { rule, text, source } of [
            created,
            deleted,
            ...Object.values(fields).map(({ reason }) => reason),
        ]) {
            expect(rule).toMatch(/^[a-zA-Z ]+\.[a-zA-Z]+$/u);
            expect(text).not.toBe("");
            expect(source).toMatch(/^https:\/\//u);
        }
    });

    it("know every setting of queues", () => {
        expect(Object.keys(settingRules).sort()).toEqual(Object.keys(queueSettings).sort());
    });

    /** The provider has no update for these: every field of theirs is `ForceNew`. */
    it("replace queues and exchanges for any field that exists on the broker", () => {
        const actions = (kind: "queue" | "exchange"): readonly string[] =>
            Object.entries(kindRules[kind].fields)
                .filter(([, { action }]) => action === "replace")
                .map(([field]) => field)
                .sort();
        expect(actions("queue")).toEqual(["arguments", "autoDelete", "durable", "type"]);
        expect(actions("exchange")).toEqual(["arguments", "autoDelete", "durable", "internal", "type"]);
    });

    it.each([
        ["quorum", "message-ttl", 2_000, 1_000, "dropped", "ttl.lowered"],
        ["quorum", "message-ttl", undefined, 0, "dropped", "ttl.lowered"],
        ["quorum", "message-ttl", 1_000, 2_000, "none", "policy.definition"],
        ["quorum", "expires", undefined, 1_000, "lost", "expiry.lowered"],
        ["quorum", "expires", 1_000, undefined, "none", "policy.definition"],
        ["quorum", "max-length", 2, 1, "dropped", "limit.lowered"],
        ["quorum", "max-length", 1, undefined, "delayed", "limit.removed"],
        ["quorum", "overflow", undefined, "reject-publish", "delayed", "overflow.rejectPublish"],
        ["quorum", "overflow", "reject-publish", undefined, "dropped", "overflow.dropHead"],
        ["quorum", "overflow", "drop-head", undefined, "none", "policy.definition"],
        ["quorum", "delivery-limit", 5, 4, "dropped", "deliveryLimit.lowered"],
        ["quorum", "delivery-limit", undefined, 19, "dropped", "deliveryLimit.lowered"],
        ["quorum", "delivery-limit", undefined, 20, "none", "policy.definition"],
        ["quorum", "delivery-limit", undefined, 21, "none", "policy.definition"],
        ["quorum", "delivery-limit", undefined, -1, "delayed", "deliveryLimit.removed"],
        ["quorum", "delivery-limit", -1, undefined, "dropped", "deliveryLimit.lowered"],
        ["quorum", "consumer-timeout", undefined, 60_000, "delayed", "consumerTimeout.lowered"],
        ["quorum", "consumer-timeout", 60_000, undefined, "none", "policy.definition"],
        [
            "quorum",
            "consumer-disconnected-timeout",
            undefined,
            90_000,
            "delayed",
            "disconnectedTimeout.raised",
        ],
        ["quorum", "target-group-size", 3, 5, "none", "policy.definition"],
        ["quorum", "federation-upstream", "up", undefined, "delayed", "federation.changed"],
        ["quorum", "federation-upstream", undefined, "up", "none", "policy.definition"],
        ["classic", "message-ttl", 2_000, 1_000, "dropped", "ttl.lowered"],
        ["classic", "overflow", "reject-publish", "reject-publish-dlx", "none", "policy.definition"],
        ["classic", "overflow", undefined, "reject-publish-dlx", "delayed", "overflow.rejectPublish"],
        ["stream", "max-age", "7D", "1h", "dropped", "retention.lowered"],
        ["stream", "max-age", "60m", "1h", "none", "policy.definition"],
        ["stream", "max-age", "1h", "7D", "none", "policy.definition"],
        ["stream", "max-age", undefined, "7D", "dropped", "retention.lowered"],
        // A key that a stream does not have makes the broker pass the whole policy over, and the size limit with it.
        ["stream", "message-ttl", undefined, 1_000, "none", "policy.definition"],
    ] as const)(
        "find the effect of a %s queue's %s from %s to %s: %s",
        (type, key, before, after, consequence, rule) => {
            expect(changed(type, key, before, after)).toEqual({ consequence, rule });
        },
    );

    it("blame a policy that begins to be passed over for what the queue loses", () => {
        const side = (definition: Record<string, number>): Topology =>
            topologyOf({
                queues: [queue("v", "q", "classic")],
                policies: [
                    { ...policyOf("low", { "message-ttl": 1_000 }), vhost: "v", precedence: 0 },
                    {
                        ...policyOf("high", { "message-ttl": 5_000, ...definition }),
                        vhost: "v",
                        precedence: 9,
                    }, // plain numbers
                ],
            });
        const changes = diff(side({}), side({ "delivery-limit": 3 }));
        expect(changes.map(({ id, consequence }) => ({ id, consequence }))).toEqual([
            { id: "update policy v/high", consequence: "dropped" },
        ]);
    });
});
