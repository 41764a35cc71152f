import { bounded, setting } from "./settingRow.ts";

const byPolicy = { settableBy: ["policy"] } as const;

/** The upstreams of federated queues and exchanges. */
export const federationSettings = {
    "federation-upstream": setting(bounded, "The upstream to federate with.", "federation", byPolicy),
    "federation-upstream-set": setting(bounded, "The upstreams to federate with.", "federation", byPolicy),
    "federation-upstream-pattern": setting(
        bounded,
        "The upstreams to federate with.",
        "federation",
        byPolicy,
    ),
} as const;
