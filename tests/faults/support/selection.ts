import { existsSync } from "node:fs";
import { type BrokerVersion, brokerVersions } from "@spot-messaging/topology";

/** What a run tries: `SPOT_DEFINITIONS=FILE` instead of spot's topology, `SPOT_BROKER_VERSIONS=4.3` instead of both versions. */
const { SPOT_DEFINITIONS: definitions, SPOT_BROKER_VERSIONS: versions = "4.3,4.0" } = process.env;

export const definitionsFile = readDefinitionsFile(definitions);

export const versionsUnderTest: readonly BrokerVersion[] = versions.split(",").map(readVersion);

function readDefinitionsFile(file: string | undefined): string | undefined {
    if (file !== undefined && !existsSync(file)) {
        throw new Error(`SPOT_DEFINITIONS "${file}": does not exist; name a file of exported definitions`);
    }
    return file;
}

function readVersion(text: string): BrokerVersion {
    const found = brokerVersions.find((each) => each === text.trim());
    if (found === undefined) {
        throw new Error(
            `SPOT_BROKER_VERSIONS "${text}": is not a supported version; choose from ${brokerVersions.join(", ")}`,
        );
    }
    return found;
}
