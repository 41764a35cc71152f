export { featuresOf } from "../broker/features.ts";
export { leastMemoryMark, memoryMark } from "../broker/nodeMemory.ts";
export { type QueueHistory, type QueueMoment } from "../readings/queueHistory.ts";
export { type QueueNumbers } from "../readings/queueNumbers.ts";
export { type DeathCause } from "../routing/deadLetters.ts";
export { type Fate, type FateEnd, type FateStep, fates } from "../routing/fate.ts";
export { type Hop, type RoutePath, router, routes } from "../routing/routing.ts";
export { builtInExchange } from "../routing/routingIndex.ts";
export {
    type Contest,
    type EffectiveSettings,
    effectiveSettings,
    type Statement,
} from "../settings/effective.ts";
