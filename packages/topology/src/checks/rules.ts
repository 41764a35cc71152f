import type { CheckRule } from "./rule.ts";
import { administratorService } from "./rules/administratorService.ts";
import { ambiguousPolicy } from "./rules/ambiguousPolicy.ts";
import { broadPermission } from "./rules/broadPermission.ts";
import { brokenRetry } from "./rules/brokenRetry.ts";
import { cappedSetting } from "./rules/cappedSetting.ts";
import { caseTwins } from "./rules/caseTwins.ts";
import { changedBehaviour } from "./rules/changedBehaviour.ts";
import { consumedDelay } from "./rules/consumedDelay.ts";
import { danglingReference } from "./rules/danglingReference.ts";
import { deadEndExchange } from "./rules/deadEndExchange.ts";
import { deadLetterCycle } from "./rules/deadLetterCycle.ts";
import { deadLetteredRequest } from "./rules/deadLetteredRequest.ts";
import { deadLetterPath } from "./rules/deadLetterPath.ts";
import { defaultUser } from "./rules/defaultUser.ts";
import { droppedEvidence } from "./rules/droppedEvidence.ts";
import { droppingQueue } from "./rules/droppingQueue.ts";
import { duplicateName } from "./rules/duplicateName.ts";
import { duplicateSubscription } from "./rules/duplicateSubscription.ts";
import { excessPermission } from "./rules/excessPermission.ts";
import { excessPrefetch } from "./rules/excessPrefetch.ts";
import { excessPriorities } from "./rules/excessPriorities.ts";
import { exchangeCycle } from "./rules/exchangeCycle.ts";
import { expiringDeadLetters } from "./rules/expiringDeadLetters.ts";
import { expiringQueue } from "./rules/expiringQueue.ts";
import { groupSize } from "./rules/groupSize.ts";
import { headersMatch } from "./rules/headersMatch.ts";
import { heldDeadLetters } from "./rules/heldDeadLetters.ts";
import { idleDeadLetterKey } from "./rules/idleDeadLetterKey.ts";
import { idlePolicy } from "./rules/idlePolicy.ts";
import { ignoredKey } from "./rules/ignoredKey.ts";
import { ignoredUrgency } from "./rules/ignoredUrgency.ts";
import { immediateExpiry } from "./rules/immediateExpiry.ts";
import { immutableArgument } from "./rules/immutableArgument.ts";
import { inapplicableArgument } from "./rules/inapplicableArgument.ts";
import { inapplicablePolicy } from "./rules/inapplicablePolicy.ts";
import { ineffectiveSetting } from "./rules/ineffectiveSetting.ts";
import { invalidPattern } from "./rules/invalidPattern.ts";
import { invalidValue } from "./rules/invalidValue.ts";
import { literalWildcard } from "./rules/literalWildcard.ts";
import { lonelyConsumer } from "./rules/lonelyConsumer.ts";
import { loosePolicy } from "./rules/loosePolicy.ts";
import { misplacedSetting } from "./rules/misplacedSetting.ts";
import { missingDeadLetters } from "./rules/missingDeadLetters.ts";
import { missingFeature } from "./rules/missingFeature.ts";
import { missingPermission } from "./rules/missingPermission.ts";
import { narrowDeadLetters } from "./rules/narrowDeadLetters.ts";
import { openTopicExchange } from "./rules/openTopicExchange.ts";
import { overriddenArgument } from "./rules/overriddenArgument.ts";
import { refusedKey } from "./rules/refusedKey.ts";
import { refusedPolicy } from "./rules/refusedPolicy.ts";
import { refusedQueue } from "./rules/refusedQueue.ts";
import { selfDeadLetter } from "./rules/selfDeadLetter.ts";
import { shadowedBinding } from "./rules/shadowedBinding.ts";
import { shadowedPolicy } from "./rules/shadowedPolicy.ts";
import { shortConsumerTimeout } from "./rules/shortConsumerTimeout.ts";
import { shortDeadline } from "./rules/shortDeadline.ts";
import { staleRequest } from "./rules/staleRequest.ts";
import { tightLimit } from "./rules/tightLimit.ts";
import { tooManyBindings } from "./rules/tooManyBindings.ts";
import { tooManyQuorumQueues } from "./rules/tooManyQuorumQueues.ts";
import { unansweredCall } from "./rules/unansweredCall.ts";
import { unboundedQueue } from "./rules/unboundedQueue.ts";
import { uncappedVhost } from "./rules/uncappedVhost.ts";
import { unconfirmedPublication } from "./rules/unconfirmedPublication.ts";
import { unconsumedCommandQueue } from "./rules/unconsumedCommandQueue.ts";
import { unconsumedQueue } from "./rules/unconsumedQueue.ts";
import { unfedQueue } from "./rules/unfedQueue.ts";
import { unknownSetting } from "./rules/unknownSetting.ts";
import { unlimitedDelivery } from "./rules/unlimitedDelivery.ts";
import { unlimitedPrefetch } from "./rules/unlimitedPrefetch.ts";
import { unlimitedVhost } from "./rules/unlimitedVhost.ts";
import { unportableName } from "./rules/unportableName.ts";
import { unprotectedVhost } from "./rules/unprotectedVhost.ts";
import { unreplicatedQueue } from "./rules/unreplicatedQueue.ts";
import { unroutedPublication } from "./rules/unroutedPublication.ts";
import { unsafeDeadLettering } from "./rules/unsafeDeadLettering.ts";
import { unsupportedOverflow } from "./rules/unsupportedOverflow.ts";
import { unusableKey } from "./rules/unusableKey.ts";
import { unusableName } from "./rules/unusableName.ts";
import { unusedUser } from "./rules/unusedUser.ts";
import { volatileDeadLetters } from "./rules/volatileDeadLetters.ts";
import { volatileExchange } from "./rules/volatileExchange.ts";
import { volatilePublication } from "./rules/volatilePublication.ts";
import { volatileQueue } from "./rules/volatileQueue.ts";

/** Every rule about one topology; a rule's id is its name here and the name of its file. */
export const rules: readonly CheckRule[] = [
    administratorService,
    ambiguousPolicy,
    broadPermission,
    brokenRetry,
    cappedSetting,
    caseTwins,
    changedBehaviour,
    consumedDelay,
    danglingReference,
    deadEndExchange,
    deadLetterCycle,
    deadLetterPath,
    deadLetteredRequest,
    defaultUser,
    droppedEvidence,
    droppingQueue,
    duplicateName,
    duplicateSubscription,
    excessPermission,
    excessPrefetch,
    excessPriorities,
    exchangeCycle,
    expiringDeadLetters,
    expiringQueue,
    groupSize,
    headersMatch,
    heldDeadLetters,
    idleDeadLetterKey,
    idlePolicy,
    ignoredKey,
    ignoredUrgency,
    immediateExpiry,
    immutableArgument,
    inapplicableArgument,
    inapplicablePolicy,
    ineffectiveSetting,
    invalidPattern,
    invalidValue,
    literalWildcard,
    lonelyConsumer,
    loosePolicy,
    misplacedSetting,
    missingDeadLetters,
    missingFeature,
    missingPermission,
    narrowDeadLetters,
    openTopicExchange,
    overriddenArgument,
    refusedKey,
    refusedPolicy,
    refusedQueue,
    selfDeadLetter,
    shadowedBinding,
    shadowedPolicy,
    shortConsumerTimeout,
    shortDeadline,
    staleRequest,
    tightLimit,
    tooManyBindings,
    tooManyQuorumQueues,
    unansweredCall,
    unboundedQueue,
    uncappedVhost,
    unconfirmedPublication,
    unconsumedCommandQueue,
    unconsumedQueue,
    unfedQueue,
    unknownSetting,
    unlimitedDelivery,
    unlimitedPrefetch,
    unlimitedVhost,
    unportableName,
    unprotectedVhost,
    unreplicatedQueue,
    unroutedPublication,
    unsafeDeadLettering,
    unsupportedOverflow,
    unusableKey,
    unusableName,
    unusedUser,
    volatileDeadLetters,
    volatileExchange,
    volatilePublication,
    volatileQueue,
];
