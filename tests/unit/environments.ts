import { readStackConfig } from "../../src/cli/stackFile.js";
import type { RawConfig } from "../../src/config/configReader.js";
import { parseEnvironment } from "../../src/config/parseEnvironment.js";
import type { BrokerVersion, Environment, Topology } from "../../src/model/index.js";
import { buildTopology } from "../../src/topology/index.js";

/** The values of the committed stack files over the defaults of Pulumi.yaml. */
export const devConfig: RawConfig = await readStackConfig("dev");
export const prodConfig: RawConfig = await readStackConfig("prod");

/** The environment of the dev stack; `overrides` tells what differs. */
export function devEnvironment(overrides: RawConfig = {}): Environment {
    return parseEnvironment("dev", { ...devConfig, ...overrides });
}

/** What the dev stack declares on a broker of one version. */
export function devTopology(brokerVersion: BrokerVersion, overrides: RawConfig = {}): Topology {
    return buildTopology(devEnvironment({ ...overrides, brokerVersion }));
}
