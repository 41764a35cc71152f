import { isAtLeast, type KnownVersion } from "../model/index.ts";

/** What an upgrade to a version in place needs. */
interface UpgradeStep {
    /** The oldest version from which it is supported. */
    readonly from: KnownVersion;
    /** The feature flags that the version requires and the version before does not: a node does not start if one of them is disabled. */
    readonly requires?: readonly string[];
    /** What else must be true before. */
    readonly condition?: string;
    readonly source: string;
}

const guide = "https://www.rabbitmq.com/docs/upgrade#rabbitmq-version-upgradability";
const notes = (version: string) =>
    `https://github.com/rabbitmq/rabbitmq-server/blob/v${version}/release-notes/${version}.md`;
const from3 = [
    "restart_streams",
    "stream_sac_coordinator_unblock_group",
    "stream_filtering",
    "stream_update_config_command",
    "message_containers",
];
const withoutKhepri =
    "the feature flag khepri_db must be disabled: 3.13 with Khepri cannot be upgraded to 4.x, only migrated to a new cluster";

/**
 * The steps of an upgrade in place. The flags are those with the stability "required" in the newest patch's source code.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_core_ff.erl
 */
const steps: Readonly<Record<KnownVersion, UpgradeStep>> = {
    "3.8": { from: "3.8", source: guide },
    "3.9": { from: "3.8", source: guide },
    "3.10": { from: "3.9", source: guide },
    "3.11": {
        from: "3.10",
        requires: [
            "quorum_queue",
            "implicit_default_bindings",
            "virtual_host_metadata",
            "maintenance_mode_status",
            "user_limits",
        ],
        source: guide,
    },
    "3.12": {
        from: "3.11",
        requires: [
            "classic_mirrored_queue_version",
            "classic_queue_type_delivery_support",
            "direct_exchange_routing_v2",
            "feature_flags_v2",
            "listener_records_in_ets",
            "stream_queue",
            "stream_single_active_consumer",
            "tracking_records_in_ets",
        ],
        condition: "upgrade to 3.11.18 or later first",
        source: guide,
    },
    "3.13": { from: "3.12", source: guide },
    "4.0": { from: "3.13", requires: from3, condition: withoutKhepri, source: guide },
    "4.1": { from: "3.13", requires: from3, condition: withoutKhepri, source: notes("4.1.0") },
    "4.2": { from: "3.13", requires: from3, condition: withoutKhepri, source: notes("4.2.0") },
    "4.3": {
        from: "4.2",
        requires: [
            "khepri_db",
            "quorum_queue_non_voters",
            "message_containers_deaths_v2",
            "rabbitmq_4.0.0",
            "rabbitmq_4.1.0",
            "rabbitmq_4.2.0",
        ],
        source: notes("4.3.0"),
    },
};

/** One step of an upgrade. */
export interface Upgrade extends UpgradeStep {
    readonly to: KnownVersion;
}

/** The fewest steps from a version to another, each supported in place; empty for the same version or an older one. */
export function upgradePath(current: KnownVersion, target: KnownVersion): readonly Upgrade[] {
    if (current === target || !isAtLeast(target, current)) {
        return [];
    }
    const step = steps[target];
    const from = isAtLeast(current, step.from) ? current : step.from;
    // A node of 4.0 or later already requires the flags of 3.x, and has no Khepri of 3.13.
    const isWithin4 = isAtLeast(from, "4.0") && step.from === "3.13";
    return [
        ...upgradePath(current, from),
        isWithin4 ? { from, to: target, source: step.source } : { ...step, from, to: target },
    ];
}
