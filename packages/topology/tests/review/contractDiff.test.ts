import { describe, expect, it } from "vitest";
import { binding } from "../../src/model/index.ts";
import { contractDiff } from "../../src/review/compare/contract/contractDiff.ts";
import { editService, permit, unbind } from "../checks/edits.ts";
import {
    declared,
    declaredQueue,
    declaredService,
    sendingOther,
    sendingWith,
    spot,
    withBinding,
    withoutQueue,
} from "./edits.ts";

const results = "result-processor";

function ids(after: typeof spot, before = spot): readonly string[] {
    return contractDiff(before, after).map(({ id }) => id);
}

describe("what services and topology no longer agree on", () => {
    it("is nothing between a topology and itself", () => {
        expect(contractDiff(spot, spot)).toEqual([]);
    });

    it("is a queue with a consumer", () => {
        expect(ids(withoutQueue("notifications.status")(spot))).toEqual([
            'missing queue "notifications.status" for service spot/notifier',
        ]);
    });

    it("is an exchange with a publisher", () => {
        const exchanges = spot.exchanges.filter(({ name }) => name !== "spot.rpc");
        const bindings = spot.bindings.filter(({ source }) => source !== "spot.rpc");
        expect(ids({ ...spot, exchanges, bindings })).toEqual([
            'missing exchange "spot.rpc" for service spot/gateway',
            "starved queue spot/analyzer-orchestrator.rpc",
        ]);
    });

    it("is a routing key without a queue", () => {
        expect(
            contractDiff(spot, unbind(({ routingKey }) => routingKey === "analysis.status")(spot)),
        ).toMatchObject([
            {
                kind: "unroutable",
                service: "gateway",
                text: 'service "gateway" publishes "status" to exchange "spot.rpc" with routing key "analysis.status", which is unroutable: no queue receives it',
                blocks: true,
            },
        ]);
    });

    it("is a further key that only the alternate exchange takes", () => {
        const after = editService("gateway", sendingOther)(spot);
        expect(contractDiff(spot, after)).toMatchObject([
            {
                kind: "unroutable",
                service: "gateway",
                text: 'service "gateway" publishes "other" to exchange "spot.analysis" with routing key "analyze.other", which is unroutable: it falls through to the alternate exchange and is parked in "unrouted"',
                blocks: true,
            },
        ]);
    });

    it("is not a routing key that the routing diff reports as parked", () => {
        expect(ids(unbind(({ routingKey }) => routingKey === "analyze.result")(spot))).toEqual([
            `starved queue spot/${results}`,
        ]);
    });

    it("does not include problems that existed before", () => {
        const before = unbind(({ routingKey }) => routingKey === "analysis.status")(spot);
        expect(ids(editService("gateway", (each) => ({ ...each, tags: [] }))(before), before)).toEqual([]);
    });

    it("is a queue that goes in the release of its last consumer", () => {
        const after = declared((all) => ({
            ...all,
            queues: all.queues.filter(({ name }) => name !== "notifications.status"),
            services: all.services.map((each) => ({
                ...each,
                consumes: each.consumes.filter(({ queue }) => queue !== "notifications.status"),
            })),
        }));
        expect(ids(after)).toEqual([
            'removed too early: queue "notifications.status" for service spot/notifier',
        ]);
    });

    it("is a key that is deleted in the release of its last publisher, and not in the next one", () => {
        const unpublished = declaredService("analyzer-orchestrator", (each) => ({
            ...each,
            publishes: each.publishes.filter(({ message }) => message !== "result"),
        }));
        const unbound = unbind(({ routingKey }) => routingKey === "analyze.result");
        expect(ids(unbound(unpublished))).toContain(
            'removed too early: key "analyze.result" of exchange "spot.analysis" for service spot/analyzer-orchestrator',
        );
        expect(ids(unpublished)).toEqual([
            `starved queue spot/${results}`,
            'narrowed too early: routing key "analyze.result" of exchange "spot.analysis" for service spot/analyzer-orchestrator',
        ]);
        expect(ids(unbound(unpublished), unpublished)).toEqual([]);
    });

    it("is a permission that is revoked in the release of its last use, and not in the next one", () => {
        const both = withBinding(binding("spot", "spot.analysis", "analyzer-orchestrator", "analyze.ask"));
        const asking = both(
            declaredService("gateway", sendingWith("request", { routingKey: "analyze.ask" })),
        );
        expect(contractDiff(both(spot), asking)).toEqual([
            {
                id: 'narrowed too early: routing key "analyze.request" of exchange "spot.analysis" for service spot/gateway',
                kind: "narrowed too early",
                vhost: "spot",
                service: "gateway",
                subjects: [{ kind: "permission", vhost: "spot", name: "gateway" }],
                text: 'user "gateway" loses access to routing key "analyze.request" of exchange "spot.analysis" in the same release in which service "gateway" stops using it; until the new version is deployed, the running version publishes with it and is refused (403)',
                safeWay:
                    "Use two releases: first deploy services without the old use; then revoke the permission.",
                blocks: false,
            },
        ]);
        const widened = { ...asking, topicPermissions: spot.topicPermissions };
        expect(ids(asking, widened)).toEqual([]);
    });

    it("is a right of the user that the running service still logs in with", () => {
        const renamed = editService("gateway", (each) => ({ ...each, users: ["gateway-2"] }))(spot);
        const early = permit("gateway", { write: "^$" })(renamed);
        expect(ids(early)).toContain('narrowed too early: exchange "spot.rpc" for service spot/gateway');
        expect(ids(early, renamed)).toEqual([]);
        const deleted = {
            ...renamed,
            permissions: renamed.permissions.filter(({ user }) => user !== "gateway"),
        };
        expect(ids(deleted)).toEqual([]);
    });

    it("is a queue that fills without consumers", () => {
        const after = declaredService(results, (each) => ({
            ...each,
            consumes: each.consumes.filter(({ queue }) => queue !== results),
        }));
        expect(contractDiff(spot, after).map(({ id, service, blocks }) => ({ id, service, blocks }))).toEqual(
            [
                { id: `unconsumed queue spot/${results}`, service: results, blocks: true },
                {
                    id: `narrowed too early: exchange "spot.dead-letter" for service spot/${results}`,
                    service: results,
                    blocks: false,
                },
                {
                    id: `narrowed too early: queue "${results}" for service spot/${results}`,
                    service: results,
                    blocks: false,
                },
            ],
        );
    });

    it("is a consumer without replicas", () => {
        const after = editService(results, (each) => ({
            ...each,
            ...(each.workload !== undefined && { workload: { ...each.workload, replicas: 0 } }),
        }))(spot);
        expect(ids(after)).toEqual([
            `unconsumed queue spot/admin.${results}`,
            `unconsumed queue spot/${results}`,
        ]);
    });

    it("is nothing that blocks where a queue without senders loses its consumer", () => {
        const before = declaredQueue(results, (each) => ({ ...each, sources: [] }));
        const after = {
            ...before,
            services: before.services.map((each) =>
                each.name === results
                    ? { ...each, consumes: each.consumes.filter(({ queue }) => queue !== results) }
                    : each,
            ),
        };
        expect(contractDiff(before, after)).toMatchObject([{ kind: "unconsumed", blocks: false }]);
    });
});
