import { describe, expect, it } from "vitest";
import type { Topology, UserTag } from "../../src/model/index.ts";
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
                powers: ['publish to "spot.later", "spot.rpc"'],
                needsApproval: true,
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
                powers: [
                    'consume and purge "notifications.email", "notifications.email.dlq", "notifications.webhook", 1 more',
                    "read any other name that matches ^notifications\\.[ew]",
                ],
                needsApproval: true,
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

    it("need approval for an administrator's tag, even if a service declares it", () => {
        const after = declaredService("monitoring", (each) => ({
            ...each,
            tags: ["administrator", "monitoring"],
        }));
        expect(permissionsDiff(spot, after)).toMatchObject([
            {
                id: "rights monitoring tags",
                widened: ["administrator"],
                unasked: [],
                askedBy: 'service "monitoring" declares the tag',
                needsApproval: true,
            },
        ]);
    });

    const user = "notifier";
    const write = "^(spot\\.dead-letter|amq\\.default)$";
    const tagged = (tag: UserTag): Topology => ({
        ...spot,
        users: spot.users.map((each) => (each.name === user ? { ...each, tags: [tag] } : each)),
    });
    const elsewhere = {
        ...spot,
        vhosts: [...spot.vhosts, { name: "other" }],
        permissions: [...spot.permissions, { user, vhost: "other", configure: "", write: "", read: "" }],
    };
    const publishing = declaredService(user, (each) => ({
        ...each,
        publishes: [
            ...each.publishes,
            {
                message: "echo",
                exchange: "",
                routingKey: "echo",
                persistent: true,
                mandatory: true,
                urgency: false,
            },
        ],
    }));

    it.each([
        [permit(user, { write })(spot), ["publish to any queue by its name"], undefined],
        [publishing, ["publish to any queue by its name"], 'service "notifier" uses it'],
        [
            permit(user, { write: ".*" })(spot),
            ["publish to every exchange, and to any queue by its name"],
            undefined,
        ],
        [permit(user, { read: ".*" })(spot), ["consume and purge every queue"], undefined],
        [permit(user, { configure: ".*" })(spot), ["declare and delete every queue and exchange"], undefined],
        [
            permit(user, { configure: "^amq\\.gen" })(spot),
            ["declare and delete any other name that matches ^amq\\.gen"],
            undefined,
        ],
        [elsewhere, ['connect to virtual host "other"'], undefined],
        [
            tagged("administrator"),
            ['manage all users, permissions and virtual hosts (tag "administrator")'],
            undefined,
        ],
        [tagged("policymaker"), ['change policies and parameters (tag "policymaker")'], undefined],
        [
            tagged("monitoring"),
            ['see all virtual hosts, connections and nodes (tag "monitoring")'],
            undefined,
        ],
        [tagged("management"), ['use the management API (tag "management")'], undefined],
    ])("name what they allow and which declaration asks for it: %#", (after, powers, askedBy) => {
        const widened = permissionsDiff(spot, after).filter((each) => each.powers.length > 0);
        expect(widened.map((each) => [each.user, each.powers, each.askedBy, each.needsApproval])).toEqual([
            [user, powers, askedBy, true],
        ]);
    });

    it("need no approval for a new user whose service asks for them", () => {
        const users = spot.users.filter(({ name }) => name !== user);
        const permissions = publishing.permissions.filter((each) => each.user !== user);
        const changes = permissionsDiff({ ...spot, users, permissions }, publishing);
        expect(changes.filter(({ needsApproval }) => needsApproval)).toEqual([]);
    });
});
