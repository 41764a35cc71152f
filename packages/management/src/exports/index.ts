export {
    type BrokerNode,
    type CountedQueue,
    type FetchedMessage,
    type HistoryPage,
    type LiveQueue,
    type Overview,
    type QueuePage,
    type QueueWithHistory,
} from "../brokerAnswer.ts";
export { BrokerRefused, BrokerUnreachable } from "../brokerError.ts";
export { type ApiAnswer, type ApiPath, type BrokerHttpOptions } from "../brokerHttp.ts";
export { type ReadBroker, readBroker } from "../brokerReading.ts";
export { type BrokerState, type NodeState, readBrokerState } from "../brokerState.ts";
export {
    type AckMode,
    type Arguments,
    type BindingBody,
    type BindingEnds,
    type ExchangeBody,
    type ManagementApi,
    managementApi,
    type PermissionsBody,
    type PolicyBody,
    type PublishedMessage,
    type QueueBody,
    type TopicPermissionBody,
    type UserBody,
} from "../managementApi.ts";
export { type ManagementAccess, reachManagement } from "../managementReach.ts";
export { orMissing } from "../orMissing.ts";
export { readQueueNumbers } from "../queueNumbers.ts";
