import { brokerBehaviours } from "./brokerBehaviours.ts";
import type { Capability } from "./capability.ts";
import { consumerSettings } from "./consumerSettings.ts";
import { deadLetterSettings } from "./deadLetterSettings.ts";
import { federationSettings } from "./federationSettings.ts";
import { lengthSettings } from "./lengthSettings.ts";
import { replicaSettings } from "./replicaSettings.ts";
import { setting } from "./settingRow.ts";
import { storageSettings } from "./storageSettings.ts";

export type { Absence, Capability, Precedence, SettableBy, Subject } from "./capability.ts";

/**
 * Every setting and behaviour that differs between known versions, queue types or ways to set it. The keys are policy keys (an argument
 * has the prefix `x-`). The compiler, the resolver of effective settings and the checks read only this table. Tests in tests/broker/oracle
 * compare `dropsPolicyOf` and the precedences with real brokers of the oldest and newest supported version. Versions before 4.0 follow their
 * source code: `capabilities/0` of each queue type, `rabbit_policies.erl`, and `declare_args/0` of `rabbit_amqqueue.erl`.
 * @see https://www.rabbitmq.com/docs/policies
 */
export const capabilities = {
    ...lengthSettings,
    ...deadLetterSettings,
    ...consumerSettings,
    ...replicaSettings,
    ...storageSettings,
    ...federationSettings,
    "alternate-exchange": setting([], "The exchange that receives unroutable messages.", "ae", {
        subject: "exchange",
        argument: "alternate-exchange",
    }),
    ...brokerBehaviours,
} as const satisfies Readonly<Record<string, Capability>>;

/** The queue settings, by policy key. */
export const queueSettings = tableOf(([, { subject }]) => subject === "queue");

/** The exchange settings, by policy key. */
export const exchangeSettings = tableOf(
    ([key, { subject }]) => subject === "exchange" || key.startsWith("federation-"),
);

/** Without a prototype, because a policy may have a key such as "toString". */
function tableOf(
    belongs: (entry: readonly [string, Capability]) => boolean,
): Readonly<Record<string, Capability>> {
    const empty = Object.create(null) as Record<string, Capability>; // no prototype, no entries: any record's type fits
    return Object.assign(empty, Object.fromEntries(Object.entries<Capability>(capabilities).filter(belongs)));
}
