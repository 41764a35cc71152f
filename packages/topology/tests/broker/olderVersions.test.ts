import { describe, expect, it } from "vitest";
import { queueSettings } from "../../src/broker/capabilities.ts";
import { absenceOf, isIn } from "../../src/broker/capability.ts";
import type { KnownVersion, QueueType } from "../../src/model/index.ts";
import { argumentOfSetting } from "../../src/settings/settingTable.ts";

/**
 * What the source code of versions before 4.0 contains, by the newest patch of each. Policies and operator policies have keys with a registered
 * validator. Each queue type lists the keys for which it ignores a whole policy (`unsupported_policies` of `capabilities/0`), and the arguments
 * that it accepts (`queue_arguments`). Each version lists what it has more and less than the version before.
 */
interface Change {
    readonly more: readonly string[];
    readonly less: readonly string[];
}
type Table = readonly (readonly [version: KnownVersion, tag: string, change: Change])[];

const more = (...keys: readonly string[]): Change => ({ more: keys, less: [] });

const policyKeys: Table = [
    [
        "3.8",
        "v3.8.35",
        more(
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "delivery-limit",
            "expires",
            "ha-mode",
            "ha-params",
            "ha-promote-on-failure",
            "ha-promote-on-shutdown",
            "ha-sync-batch-size",
            "ha-sync-mode",
            "max-in-memory-bytes",
            "max-in-memory-length",
            "max-length",
            "max-length-bytes",
            "message-ttl",
            "overflow",
            "queue-mode",
            "queue-master-locator",
        ),
    ],
    [
        "3.9",
        "v3.9.29",
        more("initial-cluster-size", "max-age", "queue-leader-locator", "stream-max-segment-size-bytes"),
    ],
    ["3.10", "v3.10.25", more("dead-letter-strategy", "queue-version")],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more("consumer-timeout")],
    ["3.13", "v3.13.7", more("stream-filter-size-bytes", "target-group-size")],
];

const operatorPolicyKeys: Table = [
    [
        "3.8",
        "v3.8.35",
        more(
            "delivery-limit",
            "expires",
            "max-in-memory-bytes",
            "max-in-memory-length",
            "max-length",
            "max-length-bytes",
            "message-ttl",
        ),
    ],
    ["3.9", "v3.9.29", more()],
    ["3.10", "v3.10.25", more()],
    ["3.11", "v3.11.28", more("ha-mode", "ha-params", "ha-sync-mode", "queue-version")],
    ["3.12", "v3.12.14", more("overflow")],
    ["3.13", "v3.13.7", more("target-group-size")],
];

const classicDrops: Table = [
    [
        "3.9",
        "v3.9.29",
        more("initial-cluster-size", "max-age", "queue-leader-locator", "stream-max-segment-size-bytes"),
    ],
    ["3.10", "v3.10.25", more("dead-letter-strategy", "delivery-limit")],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more("max-in-memory-bytes", "max-in-memory-length", "target-group-size")],
    ["3.13", "v3.13.7", more()],
];

const classicArguments: Table = [
    [
        "3.9",
        "v3.9.29",
        more(
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "expires",
            "max-in-memory-bytes",
            "max-in-memory-length",
            "max-length",
            "max-length-bytes",
            "max-priority",
            "message-ttl",
            "overflow",
            "queue-master-locator",
            "queue-mode",
            "single-active-consumer",
        ),
    ],
    ["3.10", "v3.10.25", { more: ["queue-version"], less: ["max-in-memory-bytes", "max-in-memory-length"] }],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more()],
    ["3.13", "v3.13.7", more()],
];

const quorumDrops: Table = [
    [
        "3.9",
        "v3.9.29",
        more(
            "ha-mode",
            "ha-params",
            "ha-promote-on-failure",
            "ha-promote-on-shutdown",
            "ha-sync-mode",
            "initial-cluster-size",
            "max-age",
            "message-ttl",
            "queue-leader-locator",
            "queue-master-locator",
            "queue-mode",
            "stream-max-segment-size-bytes",
        ),
    ],
    ["3.10", "v3.10.25", { more: [], less: ["message-ttl", "queue-leader-locator"] }],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more()],
    ["3.13", "v3.13.7", more()],
];

const quorumArguments: Table = [
    [
        "3.9",
        "v3.9.29",
        more(
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "delivery-limit",
            "expires",
            "max-in-memory-bytes",
            "max-in-memory-length",
            "max-length",
            "max-length-bytes",
            "overflow",
            "quorum-initial-group-size",
            "single-active-consumer",
        ),
    ],
    ["3.10", "v3.10.25", more("dead-letter-strategy", "message-ttl", "queue-leader-locator")],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more()],
    ["3.13", "v3.13.7", more()],
];

const streamDrops: Table = [
    [
        "3.9",
        "v3.9.29",
        more(
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "delivery-limit",
            "expires",
            "ha-mode",
            "ha-params",
            "ha-promote-on-failure",
            "ha-promote-on-shutdown",
            "ha-sync-mode",
            "max-in-memory-bytes",
            "max-in-memory-length",
            "max-length",
            "message-ttl",
            "overflow",
            "queue-master-locator",
            "queue-mode",
        ),
    ],
    ["3.10", "v3.10.25", more("dead-letter-strategy")],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more("target-group-size")],
    ["3.13", "v3.13.7", more()],
];

const streamArguments: Table = [
    [
        "3.9",
        "v3.9.29",
        more(
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "initial-cluster-size",
            "max-age",
            "max-length",
            "max-length-bytes",
            "queue-leader-locator",
            "single-active-consumer",
            "stream-max-segment-size-bytes",
        ),
    ],
    [
        "3.10",
        "v3.10.25",
        {
            more: [],
            less: ["dead-letter-exchange", "dead-letter-routing-key", "max-length", "single-active-consumer"],
        },
    ],
    ["3.11", "v3.11.28", more()],
    ["3.12", "v3.12.14", more()],
    ["3.13", "v3.13.7", more()],
];

const drops: Readonly<Record<QueueType, Table>> = {
    classic: classicDrops,
    quorum: quorumDrops,
    stream: streamDrops,
};
const queueArguments: Readonly<Record<QueueType, Table>> = {
    classic: classicArguments,
    quorum: quorumArguments,
    stream: streamArguments,
};

/** A table's keys in a version. */
function keysIn(table: Table, version: KnownVersion): readonly string[] {
    const at = table.findIndex(([each]) => each === version);
    return table
        .slice(0, at + 1)
        .reduce<readonly string[]>(
            (keys, [, , { more: added, less }]) => [...keys, ...added].filter((key) => !less.includes(key)),
            [],
        )
        .toSorted();
}

const keys = Object.keys(queueSettings)
    .filter((key) => !key.startsWith("federation-"))
    .toSorted();

describe.each(policyKeys.map(([version, tag]) => [version, tag] as const))(
    "RabbitMQ %s, by the source code of %s",
    (version) => {
        it.each([
            ["policy", policyKeys],
            ["operator policy", operatorPolicyKeys],
        ] as const)("accepts the keys of its validators by %s", (way, table) => {
            const accepted = keys.filter((key) => {
                const setting = queueSettings[key];
                return setting !== undefined && absenceOf(setting, way, "classic", version) !== "refused";
            });
            expect(accepted).toEqual(keysIn(table, version));
        });
    },
);

const types = ["classic", "quorum", "stream"] as const;
const rows = classicArguments.flatMap(([version]) => types.map((type) => [version, type] as const));

describe.each(rows)("a queue of RabbitMQ %s and of the type %s", (version, type) => {
    it("is not subject to policies with keys that its type does not support", () => {
        const dropping = keys.filter((key) => {
            const setting = queueSettings[key];
            return (
                setting !== undefined &&
                absenceOf(setting, "policy", type, version) === "policy dropped whole"
            );
        });
        const known = keysIn(policyKeys, version);
        expect(dropping).toEqual(keysIn(drops[type], version).filter((key) => known.includes(key)));
    });

    it("refuses the arguments that only other types support", () => {
        const ofType = (each: QueueType) => keysIn(queueArguments[each], version);
        const ofOthers = [...new Set(types.flatMap(ofType))].filter((key) => !ofType(type).includes(key));
        const refused = keys.filter((key) => {
            const setting = queueSettings[key];
            return setting !== undefined && absenceOf(setting, "argument", type, version) === "refused";
        });
        expect(refused).toEqual(ofOthers.toSorted());
    });
});

it("RabbitMQ 3.8 refuses three arguments of quorum queues, and compares no other with the type", () => {
    const refused = keys.filter((key) => {
        const setting = queueSettings[key];
        return setting !== undefined && absenceOf(setting, "argument", "quorum", "3.8") === "refused";
    });
    expect(refused.map((key) => argumentOfSetting("queue", key))).toEqual([
        "x-max-priority",
        "x-message-ttl",
        "x-queue-mode",
    ]);
    expect(
        keys.filter((key) => {
            const setting = queueSettings[key];
            return setting !== undefined && absenceOf(setting, "argument", "classic", "3.8") === "refused";
        }),
    ).toEqual([]);
});

it("has no default delivery limit before 4.0, and quorum queues and streams of no version have mirrors", () => {
    const limit = queueSettings["delivery-limit"];
    expect(limit !== undefined && isIn(limit, "3.8")).toBe(true);
    const mode = queueSettings["ha-mode"];
    const on = (type: QueueType) => mode && absenceOf(mode, "policy", type, "3.13");
    expect(types.map(on)).toEqual([undefined, "policy dropped whole", "policy dropped whole"]);
});
