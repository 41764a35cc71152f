import fc from "fast-check";
import { knownAnalyzers } from "../../../../src/environment/environment.ts";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { type BrokerVersion, brokerVersions, type Topology } from "../../src/model/index.ts";

/** A stack's topology with some of the analyzers in some order, on some version. */
export interface SomeSpot {
    readonly version: BrokerVersion;
    readonly topology: Topology;
}

export const someSpot: fc.Arbitrary<SomeSpot> = fc
    .record({
        version: fc.constantFrom(...brokerVersions),
        analyzers: fc.shuffledSubarray([...knownAnalyzers], { minLength: 1 }),
        attempts: fc.integer({ min: 2, max: 6 }),
    })
    .map(({ version, analyzers, attempts }) => ({
        version,
        topology: sampleTopology(version, {
            analyzers: JSON.stringify(analyzers),
            retryAttempts: String(attempts),
        }),
    }));
