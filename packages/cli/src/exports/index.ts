export {
    type BrokerAccess,
    defineConfig,
    type StackLocator,
    type TopologyConfig,
} from "../config/topologyConfig.ts";
