import { type BrokerVersion, brokerVersions, UsageError } from "@spot-messaging/topology";

/** Reads a version that a program wrote. @throws UsageError */
export function readBrokerVersion(text: unknown): BrokerVersion {
    const version = brokerVersions.find((each) => each === text);
    if (version === undefined) {
        const state = text === undefined ? "missing" : JSON.stringify(text);
        throw new UsageError(
            `brokerVersion: is ${state}; write one of ${brokerVersions.map((each) => `"${each}"`).join(", ")}`,
        );
    }
    return version;
}
