export { BrokerUnreachable } from "../brokerError.ts";
export { type BrokerState, type NodeState, readBrokerState } from "../brokerState.ts";
export { type ManagementApi, managementApi, type PolicyBody } from "../managementApi.ts";
export { reachManagement } from "../managementReach.ts";
export { readQueueNumbers } from "../queueNumbers.ts";
