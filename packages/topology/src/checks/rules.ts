import type { CheckRule } from "./rule.ts";
import { addedDeliveryLimit } from "./rules/addedDeliveryLimit.ts";
import { administratorService } from "./rules/administratorService.ts";
import { ambiguousPolicy } from "./rules/ambiguousPolicy.ts";
import { broadPermission } from "./rules/broadPermission.ts";
import { broadTopicPermission } from "./rules/broadTopicPermission.ts";
import { brokenRetry } from "./rules/brokenRetry.ts";
import { changedBehaviour } from "./rules/changedBehaviour.ts";
import { danglingReference } from "./rules/danglingReference.ts";
import { deadLetterCycle } from "./rules/deadLetterCycle.ts";
import { deadLetteredRequest } from "./rules/deadLetteredRequest.ts";
import { defaultUser } from "./rules/defaultUser.ts";
import { duplicateName } from "./rules/duplicateName.ts";
import { duplicateSubscription } from "./rules/duplicateSubscription.ts";
import { exceededLimit } from "./rules/exceededLimit.ts";
import { excessivePermission } from "./rules/excessivePermission.ts";
import { excessivePrefetch } from "./rules/excessivePrefetch.ts";
import { exchangeCycle } from "./rules/exchangeCycle.ts";
import { expiringDeadLetters } from "./rules/expiringDeadLetters.ts";
import { expiringQueue } from "./rules/expiringQueue.ts";
import { ignoredPriority } from "./rules/ignoredPriority.ts";
import { ignoredRoutingKey } from "./rules/ignoredRoutingKey.ts";
import { immediateExpiry } from "./rules/immediateExpiry.ts";
import { immutableArgument } from "./rules/immutableArgument.ts";
import { implicitShovelVhost } from "./rules/implicitShovelVhost.ts";
import { inapplicableArgument } from "./rules/inapplicableArgument.ts";
import { inapplicablePolicy } from "./rules/inapplicablePolicy.ts";
import { ineffectiveSetting } from "./rules/ineffectiveSetting.ts";
import { invalidHeadersBinding } from "./rules/invalidHeadersBinding.ts";
import { invalidName } from "./rules/invalidName.ts";
import { invalidPattern } from "./rules/invalidPattern.ts";
import { invalidRoutingKey } from "./rules/invalidRoutingKey.ts";
import { invalidValue } from "./rules/invalidValue.ts";
import { largeStreamSegment } from "./rules/largeStreamSegment.ts";
import { literalWildcard } from "./rules/literalWildcard.ts";
import { longRequestTtl } from "./rules/longRequestTtl.ts";
import { lossyOverflow } from "./rules/lossyOverflow.ts";
import { lossyParkingQueue } from "./rules/lossyParkingQueue.ts";
import { lossyShovel } from "./rules/lossyShovel.ts";
import { misplacedSetting } from "./rules/misplacedSetting.ts";
import { missingDeadLetterExchange } from "./rules/missingDeadLetterExchange.ts";
import { missingDeliveryLimit } from "./rules/missingDeliveryLimit.ts";
import { missingOperatorPolicy } from "./rules/missingOperatorPolicy.ts";
import { missingPermission } from "./rules/missingPermission.ts";
import { missingPlugin } from "./rules/missingPlugin.ts";
import { missingVhostLimits } from "./rules/missingVhostLimits.ts";
import { namesDifferOnlyInCase } from "./rules/namesDifferOnlyInCase.ts";
import { nonMandatoryPublication } from "./rules/nonMandatoryPublication.ts";
import { operatorPolicyOverride } from "./rules/operatorPolicyOverride.ts";
import { overriddenArgument } from "./rules/overriddenArgument.ts";
import { queueWithoutPublisher } from "./rules/queueWithoutPublisher.ts";
import { redundantBinding } from "./rules/redundantBinding.ts";
import { refusedPolicy } from "./rules/refusedPolicy.ts";
import { refusedQueue } from "./rules/refusedQueue.ts";
import { refusedRoutingKey } from "./rules/refusedRoutingKey.ts";
import { selfDeadLettering } from "./rules/selfDeadLettering.ts";
import { selfDeletingShovel } from "./rules/selfDeletingShovel.ts";
import { shadowedPolicy } from "./rules/shadowedPolicy.ts";
import { shortConsumerTimeout } from "./rules/shortConsumerTimeout.ts";
import { shortMessageTtl } from "./rules/shortMessageTtl.ts";
import { shovelCycle } from "./rules/shovelCycle.ts";
import { shovelWithoutReconnect } from "./rules/shovelWithoutReconnect.ts";
import { singleActiveConsumerWithoutStandby } from "./rules/singleActiveConsumerWithoutStandby.ts";
import { smallDeadLetterQueue } from "./rules/smallDeadLetterQueue.ts";
import { starvedPriority } from "./rules/starvedPriority.ts";
import { tooManyBindings } from "./rules/tooManyBindings.ts";
import { tooManyPriorities } from "./rules/tooManyPriorities.ts";
import { tooManyQuorumQueues } from "./rules/tooManyQuorumQueues.ts";
import { transientDeadLetterQueue } from "./rules/transientDeadLetterQueue.ts";
import { transientExchange } from "./rules/transientExchange.ts";
import { transientPublication } from "./rules/transientPublication.ts";
import { transientQueue } from "./rules/transientQueue.ts";
import { unanchoredPolicy } from "./rules/unanchoredPolicy.ts";
import { unansweredCall } from "./rules/unansweredCall.ts";
import { unavailableSetting } from "./rules/unavailableSetting.ts";
import { unboundExchange } from "./rules/unboundExchange.ts";
import { unboundedAtLeastOnceQueue } from "./rules/unboundedAtLeastOnceQueue.ts";
import { unboundedQueue } from "./rules/unboundedQueue.ts";
import { unconsumedCommandQueue } from "./rules/unconsumedCommandQueue.ts";
import { unconsumedQueue } from "./rules/unconsumedQueue.ts";
import { undeclaredDestination } from "./rules/undeclaredDestination.ts";
import { undeclaredShovelQueue } from "./rules/undeclaredShovelQueue.ts";
import { unexpectedConsumer } from "./rules/unexpectedConsumer.ts";
import { unknownSetting } from "./rules/unknownSetting.ts";
import { unlimitedPrefetch } from "./rules/unlimitedPrefetch.ts";
import { unportableName } from "./rules/unportableName.ts";
import { unprotectedVhost } from "./rules/unprotectedVhost.ts";
import { unreplicatedQueue } from "./rules/unreplicatedQueue.ts";
import { unroutedDeadLetters } from "./rules/unroutedDeadLetters.ts";
import { unroutedPublication } from "./rules/unroutedPublication.ts";
import { unsafeDeadLettering } from "./rules/unsafeDeadLettering.ts";
import { unsafeReplicaCount } from "./rules/unsafeReplicaCount.ts";
import { unsupportedOverflow } from "./rules/unsupportedOverflow.ts";
import { unusedDeadLetterSettings } from "./rules/unusedDeadLetterSettings.ts";
import { unusedPolicy } from "./rules/unusedPolicy.ts";
import { unusedUpstream } from "./rules/unusedUpstream.ts";
import { unusedUser } from "./rules/unusedUser.ts";

/** Every rule about one topology; a rule's id is its name here and the name of its file. */
export const rules: readonly CheckRule[] = [
    addedDeliveryLimit,
    administratorService,
    ambiguousPolicy,
    broadPermission,
    broadTopicPermission,
    brokenRetry,
    changedBehaviour,
    danglingReference,
    deadLetterCycle,
    deadLetteredRequest,
    defaultUser,
    duplicateName,
    duplicateSubscription,
    exceededLimit,
    excessivePermission,
    excessivePrefetch,
    exchangeCycle,
    expiringDeadLetters,
    expiringQueue,
    ignoredPriority,
    ignoredRoutingKey,
    immediateExpiry,
    immutableArgument,
    implicitShovelVhost,
    inapplicableArgument,
    inapplicablePolicy,
    ineffectiveSetting,
    invalidHeadersBinding,
    invalidName,
    invalidPattern,
    invalidRoutingKey,
    invalidValue,
    largeStreamSegment,
    literalWildcard,
    longRequestTtl,
    lossyOverflow,
    lossyParkingQueue,
    lossyShovel,
    misplacedSetting,
    missingDeadLetterExchange,
    missingDeliveryLimit,
    missingOperatorPolicy,
    missingPermission,
    missingPlugin,
    missingVhostLimits,
    namesDifferOnlyInCase,
    nonMandatoryPublication,
    operatorPolicyOverride,
    overriddenArgument,
    queueWithoutPublisher,
    redundantBinding,
    refusedPolicy,
    refusedQueue,
    refusedRoutingKey,
    selfDeadLettering,
    selfDeletingShovel,
    shadowedPolicy,
    shortConsumerTimeout,
    shortMessageTtl,
    shovelCycle,
    shovelWithoutReconnect,
    singleActiveConsumerWithoutStandby,
    smallDeadLetterQueue,
    starvedPriority,
    tooManyBindings,
    tooManyPriorities,
    tooManyQuorumQueues,
    transientDeadLetterQueue,
    transientExchange,
    transientPublication,
    transientQueue,
    unanchoredPolicy,
    unansweredCall,
    unavailableSetting,
    unboundExchange,
    unboundedAtLeastOnceQueue,
    unboundedQueue,
    unconsumedCommandQueue,
    unconsumedQueue,
    undeclaredDestination,
    undeclaredShovelQueue,
    unexpectedConsumer,
    unknownSetting,
    unlimitedPrefetch,
    unportableName,
    unprotectedVhost,
    unreplicatedQueue,
    unroutedDeadLetters,
    unroutedPublication,
    unsafeDeadLettering,
    unsafeReplicaCount,
    unsupportedOverflow,
    unusedDeadLetterSettings,
    unusedPolicy,
    unusedUpstream,
    unusedUser,
];
