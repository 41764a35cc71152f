import type { Rule } from "./rule.js";
import { administratorService } from "./rules/administratorService.js";
import { ambiguousPolicy } from "./rules/ambiguousPolicy.js";
import { broadPermission } from "./rules/broadPermission.js";
import { brokenRetry } from "./rules/brokenRetry.js";
import { cappedSetting } from "./rules/cappedSetting.js";
import { caseTwins } from "./rules/caseTwins.js";
import { changedBehaviour } from "./rules/changedBehaviour.js";
import { consumedDelay } from "./rules/consumedDelay.js";
import { danglingReference } from "./rules/danglingReference.js";
import { deadEndExchange } from "./rules/deadEndExchange.js";
import { deadLetterCycle } from "./rules/deadLetterCycle.js";
import { deadLetteredRequest } from "./rules/deadLetteredRequest.js";
import { deadLetterPath } from "./rules/deadLetterPath.js";
import { defaultUser } from "./rules/defaultUser.js";
import { droppedEvidence } from "./rules/droppedEvidence.js";
import { droppingQueue } from "./rules/droppingQueue.js";
import { duplicateName } from "./rules/duplicateName.js";
import { excessPermission } from "./rules/excessPermission.js";
import { excessPrefetch } from "./rules/excessPrefetch.js";
import { excessPriorities } from "./rules/excessPriorities.js";
import { exchangeCycle } from "./rules/exchangeCycle.js";
import { expiringDeadLetters } from "./rules/expiringDeadLetters.js";
import { expiringQueue } from "./rules/expiringQueue.js";
import { groupSize } from "./rules/groupSize.js";
import { headersMatch } from "./rules/headersMatch.js";
import { heldDeadLetters } from "./rules/heldDeadLetters.js";
import { idleDeadLetterKey } from "./rules/idleDeadLetterKey.js";
import { idlePolicy } from "./rules/idlePolicy.js";
import { ignoredKey } from "./rules/ignoredKey.js";
import { ignoredUrgency } from "./rules/ignoredUrgency.js";
import { immediateExpiry } from "./rules/immediateExpiry.js";
import { immutableArgument } from "./rules/immutableArgument.js";
import { inapplicableArgument } from "./rules/inapplicableArgument.js";
import { inapplicablePolicy } from "./rules/inapplicablePolicy.js";
import { ineffectiveSetting } from "./rules/ineffectiveSetting.js";
import { invalidPattern } from "./rules/invalidPattern.js";
import { invalidValue } from "./rules/invalidValue.js";
import { literalWildcard } from "./rules/literalWildcard.js";
import { lonelyConsumer } from "./rules/lonelyConsumer.js";
import { loosePolicy } from "./rules/loosePolicy.js";
import { misplacedSetting } from "./rules/misplacedSetting.js";
import { missingDeadLetters } from "./rules/missingDeadLetters.js";
import { missingFeature } from "./rules/missingFeature.js";
import { missingPermission } from "./rules/missingPermission.js";
import { narrowDeadLetters } from "./rules/narrowDeadLetters.js";
import { openTopicExchange } from "./rules/openTopicExchange.js";
import { overriddenArgument } from "./rules/overriddenArgument.js";
import { refusedKey } from "./rules/refusedKey.js";
import { refusedPolicy } from "./rules/refusedPolicy.js";
import { refusedQueue } from "./rules/refusedQueue.js";
import { selfDeadLetter } from "./rules/selfDeadLetter.js";
import { shadowedBinding } from "./rules/shadowedBinding.js";
import { shadowedPolicy } from "./rules/shadowedPolicy.js";
import { shortConsumerTimeout } from "./rules/shortConsumerTimeout.js";
import { shortDeadline } from "./rules/shortDeadline.js";
import { staleRequest } from "./rules/staleRequest.js";
import { tightLimit } from "./rules/tightLimit.js";
import { tooManyBindings } from "./rules/tooManyBindings.js";
import { tooManyQuorumQueues } from "./rules/tooManyQuorumQueues.js";
import { unansweredCall } from "./rules/unansweredCall.js";
import { unboundedQueue } from "./rules/unboundedQueue.js";
import { uncappedVhost } from "./rules/uncappedVhost.js";
import { unconfirmedPublication } from "./rules/unconfirmedPublication.js";
import { unconsumedQueue } from "./rules/unconsumedQueue.js";
import { unfedQueue } from "./rules/unfedQueue.js";
import { unknownSetting } from "./rules/unknownSetting.js";
import { unlimitedDelivery } from "./rules/unlimitedDelivery.js";
import { unlimitedPrefetch } from "./rules/unlimitedPrefetch.js";
import { unlimitedVhost } from "./rules/unlimitedVhost.js";
import { unportableName } from "./rules/unportableName.js";
import { unprotectedVhost } from "./rules/unprotectedVhost.js";
import { unreplicatedQueue } from "./rules/unreplicatedQueue.js";
import { unroutedPublication } from "./rules/unroutedPublication.js";
import { unsafeDeadLettering } from "./rules/unsafeDeadLettering.js";
import { unsupportedOverflow } from "./rules/unsupportedOverflow.js";
import { unusableKey } from "./rules/unusableKey.js";
import { unusableName } from "./rules/unusableName.js";
import { unusedUser } from "./rules/unusedUser.js";
import { volatileDeadLetters } from "./rules/volatileDeadLetters.js";
import { volatileExchange } from "./rules/volatileExchange.js";
import { volatilePublication } from "./rules/volatilePublication.js";
import { volatileQueue } from "./rules/volatileQueue.js";

/** Every rule about one topology; a rule's id is its name here and the name of its file. */
export const rules: readonly Rule[] = [
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
