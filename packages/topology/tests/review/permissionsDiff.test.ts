import { describe, expect, it } from "vitest";
import { permissionsDiff } from "../../src/review/compare/permissions/permissionsDiff.ts";
import { permit } from "../checks/edits.ts";
import { configured, declaredService, spot } from "./edits.ts";

describe("the rights that change", () => {
    it("are empty if the same names are written in another way", () => {
        expect(permissionsDiff(spot, permit("result-processor", { configure: "" })(spot))).toEqual([]);
    });

    it("are reported by name, and proven if both sides are lists of names", () => {
        const after = permit("notifier", { write: "^(spot\\.rpc|spot\\.later)$" })(spot);
        expect(permissionsDiff(spot, after)).toEqual([
            {
                id: "rights spot/notifier write",
                vhost: "spot",
                user: "notifier",
                right: "write",
                widened: ["spot.later", "spot.rpc"],
                narrowed: ["spot.dead-letter"],
                unasked: ["spot.later", "spot.rpc"],
                missing: ["spot.dead-letter"],
                proven: true,
            },
        ]);
    });

    it("are tried on every name of both sides if a pattern is not a list, and are unproven", () => {
        const after = permit("monitoring", { read: "^notifications\\.[ew]" })(spot);
        expect(permissionsDiff(spot, after)).toEqual([
            {
                id: "rights spot/monitoring read",
                vhost: "spot",
                user: "monitoring",
                right: "read",
                widened: [
                    "notifications.email",
                    "notifications.email.dlq",
                    "notifications.webhook",
                    "notifications.webhook.dlq",
                ],
                narrowed: [],
                unasked: [
                    "notifications.email",
                    "notifications.email.dlq",
                    "notifications.webhook",
                    "notifications.webhook.dlq",
                ],
                missing: [],
                proven: false,
            },
        ]);
    });

    it("say that nothing can be proven where two patterns differ on no name that is known", () => {
        const [change] = permissionsDiff(spot, permit("monitoring", { configure: "^later-.*$" })(spot));
        expect(change).toMatchObject({
            right: "configure",
            widened: [],
            narrowed: [],
            unasked: [],
            proven: false,
        });
    });

    it("are declared if a service needs them", () => {
        const fewer = configured({ analyzers: '["headers"]' });
        const changes = permissionsDiff(fewer, spot);
        expect(changes.length).toBeGreaterThan(0);
        expect(changes.flatMap(({ unasked, missing }) => [...unasked, ...missing])).toEqual([]);
    });

    it("include every key where the record of a topic exchange vanishes", () => {
        const topicPermissions = spot.topicPermissions.filter(
            ({ user, exchange }) => !(user === "gateway" && exchange === "spot.analysis"),
        );
        const changes = permissionsDiff(spot, { ...spot, topicPermissions });
        expect(changes.map(({ id, unasked }) => ({ id, all: unasked.includes("every other key") }))).toEqual([
            { id: "rights spot/gateway write keys spot.analysis", all: true },
        ]);
    });

    it("leave keys out that a user could not use anyway", () => {
        const before = permit("gateway", { write: "^$" })(spot);
        const topicPermissions = before.topicPermissions.filter(({ user }) => user !== "gateway");
        expect(permissionsDiff(before, { ...before, topicPermissions })).toEqual([]);
    });

    it("read the user and the virtual host into the keys", () => {
        const side = (write: string) => ({
            ...spot,
            topicPermissions: spot.topicPermissions.map((each) =>
                each.user === "gateway" && each.exchange === "spot.notifications" ? { ...each, write } : each,
            ),
        });
        expect(permissionsDiff(side("^{username}\\.{vhost}$"), side("^gateway\\.spot$"))).toEqual([]);
    });

    it("treat an administrator's tag as undeclared, even if a service declares it", () => {
        const after = declaredService("monitoring", (each) => ({
            ...each,
            tags: ["administrator", "monitoring"],
        }));
        expect(permissionsDiff(spot, after)).toMatchObject([
            { id: "rights monitoring tags", widened: ["administrator"], unasked: ["administrator"] },
        ]);
    });
});
