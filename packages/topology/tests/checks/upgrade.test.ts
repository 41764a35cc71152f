import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import type { KnownVersion, PolicyDefinition } from "../../src/model/index.ts";

/** A broker with a queue of each type that its version has, and one policy if it has settings. */
function exported(version: KnownVersion, definition: PolicyDefinition = {}) {
    const types = ["classic", "quorum", ...(version === "3.8" ? [] : ["stream"])];
    const { topology } = parseTopology(
        JSON.stringify({
            rabbit_version: `${version}.1`,
            vhosts: [{ name: "v" }],
            queues: types.map((type) => ({
                name: type,
                vhost: "v",
                durable: true,
                auto_delete: false,
                arguments: { "x-queue-type": type },
            })),
            policies:
                Object.keys(definition).length === 0
                    ? []
                    : [
                          {
                              vhost: "v",
                              name: "p",
                              pattern: "",
                              "apply-to": "queues",
                              priority: 0,
                              definition,
                          },
                      ],
        }),
    );
    return topology;
}

describe("an upgrade", () => {
    it.each<readonly [own: KnownVersion, target: KnownVersion, steps: string | undefined]>([
        ["4.0", "4.3", "4.0 -> 4.2 -> 4.3"],
        ["4.1", "4.3", "4.1 -> 4.2 -> 4.3"],
        ["3.13", "4.3", "3.13 -> 4.2 -> 4.3"],
        ["3.12", "4.0", "3.12 -> 3.13 -> 4.0"],
        ["3.8", "3.11", "3.8 -> 3.9 -> 3.10 -> 3.11"],
        ["3.8", "4.3", "3.8 -> 3.9 -> 3.10 -> 3.11 -> 3.12 -> 3.13 -> 4.2 -> 4.3"],
        ["4.2", "4.3", undefined],
        ["4.0", "4.2", undefined],
        ["3.13", "4.2", undefined],
        ["4.3", "4.0", undefined],
    ])("from %s to %s has supported steps, where one is not enough: %s", (own, target, steps) => {
        const found = check(exported(own), { target }).filter(({ message }) => message.includes("in-place"));
        expect(found).toEqual(
            steps === undefined
                ? []
                : [
                      {
                          rule: "changedBehaviour",
                          severity: "note",
                          place: "broker",
                          message: `RabbitMQ ${target} does not support an in-place upgrade from RabbitMQ ${own}`,
                          fix: `upgrade in the steps ${steps} and enable all feature flags after each (rabbitmqctl enable_feature_flag all), or move to a new cluster`,
                      },
                  ],
        );
    });

    it.each<readonly [own: KnownVersion, target: KnownVersion, flags: readonly string[]]>([
        ["3.8", "3.10", []],
        ["3.10", "3.11", ["3.11: quorum_queue"]],
        ["3.11", "3.13", ["3.12: classic_mirrored_queue_version"]],
        ["3.13", "4.2", ["4.2: restart_streams"]],
        ["4.0", "4.2", []],
        ["3.12", "4.3", ["4.2: restart_streams", "4.3: khepri_db"]],
    ])("from %s to %s requires feature flags: %j", (own, target, flags) => {
        const found = check(exported(own), { target }).flatMap(
            ({ message }) =>
                /RabbitMQ (\S+) does not start unless these feature flags are enabled(: \w+)/u
                    .exec(message)
                    ?.slice(1)
                    .join("") ?? [],
        );
        expect(found.toSorted()).toEqual(flags);
    });

    const dropped = "a message that was redelivered 20 times is dropped";

    it.each<
        readonly [own: KnownVersion, target: KnownVersion, set: PolicyDefinition, found: readonly string[]]
    >([
        ["3.13", "4.0", {}, [`warning ${dropped}`]],
        ["3.8", "4.3", {}, [`warning ${dropped}`]],
        ["3.13", "4.2", { "max-length": 5 }, [`warning ${dropped}`]],
        [
            "3.13",
            "4.3",
            { "dead-letter-exchange": "" },
            ['note a message that was redelivered 20 times is dead-lettered to exchange ""'],
        ],
        ["3.13", "4.3", { "delivery-limit": 5 }, []],
        ["3.12", "3.13", {}, []],
        ["4.0", "4.3", {}, []],
        ["4.3", "3.13", {}, []],
    ])("from %s to %s adds a delivery limit to a quorum queue with %j: %j", (own, target, set, found) => {
        const limits = check(exported(own, set), { target }).filter(
            ({ rule }) => rule === "addedDeliveryLimit",
        );
        expect(limits.map(({ severity, message }) => `${severity} ${message.split(": ").at(-1)}`)).toEqual(
            found,
        );
        expect(limits.every(({ place }) => place === 'vhost "v": queue "quorum"')).toBe(true);
    });

    it.each<readonly [own: KnownVersion, target: KnownVersion, set: PolicyDefinition, found: string]>([
        [
            "3.13",
            "4.0",
            { "ha-mode": "exactly", "ha-params": 2, "ha-sync-mode": "automatic" },
            'error unavailableSetting: "ha-mode", "ha-params", "ha-sync-mode" are no longer supported, so RabbitMQ 4.0 refuses them; remove the settings, or use quorum queues for messages that must survive a failed node',
        ],
        [
            "3.13",
            "4.3",
            { "ha-mode": "all" },
            'error unavailableSetting: "ha-mode" is no longer supported, so RabbitMQ 4.3 refuses it; remove the setting, or use quorum queues for messages that must survive a failed node',
        ],
        [
            "3.11",
            "4.3",
            { "queue-mode": "lazy" },
            'warning unavailableSetting: "queue-mode" is no longer supported, so RabbitMQ 4.3 ignores it; remove the setting, or leave it: every classic queue writes its messages to disk early',
        ],
        [
            "4.2",
            "4.3",
            { "queue-master-locator": "min-masters" },
            'error unavailableSetting: "queue-master-locator" is no longer supported, so RabbitMQ 4.3 refuses it; remove the setting, or use queue-leader-locator',
        ],
    ])("from %s to %s meets a policy with %j once: %s", (own, target, set, found) => {
        const atPolicy = check(exported(own, set), { target }).filter(
            ({ place, rule }) => place === 'vhost "v": policy "p"' && rule.endsWith("Setting"),
        );
        expect(
            atPolicy.map(({ severity, rule, message, fix }) => `${severity} ${rule}: ${message}; ${fix}`),
        ).toEqual([found]);
    });
});

describe("definitions of an older broker", () => {
    it.each<readonly [version: KnownVersion, set: PolicyDefinition, rules: readonly string[]]>([
        ["3.13", { "ha-mode": "all" }, []],
        ["3.8", { "ha-mode": "all" }, []],
        ["3.11", { "queue-mode": "lazy" }, []],
        ["3.11", { "consumer-timeout": 5000 }, ["misplacedSetting"]],
        ["3.12", { "consumer-timeout": 5000 }, []],
        ["3.9", { "dead-letter-strategy": "at-least-once" }, ["unavailableSetting"]],
        ["3.12", { "stream-filter-size-bytes": 16 }, ["unavailableSetting"]],
        ["3.13", { "delivery-limit": -1 }, ["invalidValue"]],
    ])("of %s are checked as what they are, with %j: %j", (version, set, rules) => {
        const errors = check(exported(version, set)).filter(({ severity }) => severity === "error");
        expect(errors.map(({ rule }) => rule)).toEqual(rules);
    });
});
