export {
    type CauseOf,
    type ParkingCause,
    type ParkingReason,
    parkingCauses,
    parkingReasons,
} from "../messages/deathCause.ts";
export { isTable, type ReportedFailure } from "../messages/failureHeaders.ts";
export {
    type LiveQueues,
    type RedriveOutlook,
    redriveOutlook,
    refusalsOf,
} from "../messages/messageExplanation.ts";
export {
    type MessageHistory,
    messageHistory,
    type RecordedDeath,
    type RecordedRedrive,
    redrivesHeader,
} from "../messages/messageHistory.ts";
export { type MessageProperties, messageIdOf, type ParkedMessage } from "../messages/parkedMessage.ts";
export { type ParkingQueues, parkingQueues } from "../messages/parkingQueues.ts";
export { type ParkingRoute, parkedHeaders, parkingRoutes } from "../messages/parkingRoute.ts";
export { keptHeaders, redrivenHeaders } from "../messages/redrivenHeaders.ts";
export { mayPublish, type RedriveTarget, redriveTarget, targetOfQueue } from "../messages/redriveTarget.ts";
