import type { BrokerVersion } from "@spot-messaging/topology";
import { describe } from "vitest";

/**
 * Declares the same tests for the oldest and the newest supported broker. Both run at the same time, because most of such a test waits for its
 * broker; the tests of one broker run one after another. Not for tests that need all processors, such as those with all services.
 * @param name with `%s` for the version
 */
export function onEveryVersion(name: string, declare: (version: BrokerVersion) => void): void {
    describe.each(["4.3", "4.0"] as const)(name, { concurrent: true }, (version) => {
        describe("in its order", { concurrent: false }, () => {
            declare(version);
        });
    });
}
