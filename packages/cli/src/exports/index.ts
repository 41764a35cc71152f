export { type TopologyInput } from "../input/topologyFile.ts";
export { systemReason } from "../systemReason.ts";
