export { type EntryWay } from "../access/entryPoint.ts";
export { type Place, type StepKind } from "../access/reach.ts";
export {
    type AccessibleQueue,
    type AccessStep,
    type AllowedNames,
    type TopicAccess,
    type UserAccess,
    userAccesses,
    type VhostAccess,
} from "../access/userAccess.ts";
export { type BrokerFeatures, featuresOf } from "../broker/features.ts";
export { memoryWatermark, minMemoryWatermark } from "../broker/nodeMemory.ts";
export { arrivalsAt, type LinkArrival } from "../links/arrivals.ts";
export { type BrokerAddress } from "../links/brokerAddress.ts";
export {
    type Federation,
    type FederationReference,
    federationOf,
    type Upstream,
    type UpstreamSet,
} from "../links/federation.ts";
export { type Links, linksOf } from "../links/links.ts";
export { endText } from "../links/linkText.ts";
export { type Shovel, type ShovelEnd, type ShovelProtocol } from "../links/shovel.ts";
export { builtInExchange } from "../model/builtInExchange.ts";
export {
    type BrokerReading,
    type NodeReading,
    type QueueReading,
    type UserReading,
    type VhostReading,
} from "../readings/brokerReading.ts";
export { type QueueHistory, type QueueMoment } from "../readings/queueHistory.ts";
export { type QueueNumbers } from "../readings/queueNumbers.ts";
export { type DeathCause } from "../routing/deadLetters.ts";
export { type Fate, type FateEnd, type FateOf, type FateStep, fates } from "../routing/fate.ts";
export {
    type Hop,
    type RouteChoice,
    type RoutedMessage,
    type RoutePath,
    type Router,
    type Routing,
    router,
    routes,
} from "../routing/routing.ts";
export { type Transfer, transfers } from "../routing/transfers.ts";
export {
    type EffectiveSettings,
    effectiveSettings,
    type MatchingPolicies,
    type SettingSource,
    type SettingsOf,
} from "../settings/effective.ts";
export { type PolicyTarget } from "../settings/effectivePolicies.ts";
export { type EffectiveSetting, type Ineffective, type Settings } from "../settings/settings.ts";
export { type Delivery, deliveries, unroutableText } from "../view/delivery.ts";
