/**
 * Ids of rules before version 1.0, and their ids now. Baselines may still use an old id: it is accepted, with a notice. SARIF lists them
 * as `deprecatedIds`, so that code scanning can match earlier results.
 */
const renamedRules: ReadonlyMap<string, string> = new Map([
    ["cappedSetting", "operatorPolicyOverride"],
    ["caseTwins", "namesDifferOnlyInCase"],
    ["consumedDelay", "unexpectedConsumer"],
    ["deadEndExchange", "unboundExchange"],
    ["deadLetterPath", "unroutedDeadLetters"],
    ["droppedEvidence", "lossyParkingQueue"],
    ["droppingQueue", "lossyOverflow"],
    ["excessPermission", "excessivePermission"],
    ["excessPrefetch", "excessivePrefetch"],
    ["excessPriorities", "tooManyPriorities"],
    ["groupSize", "unsafeReplicaCount"],
    ["guessed", "assumedValue"],
    ["headersMatch", "invalidHeadersBinding"],
    ["heldDeadLetters", "unboundedAtLeastOnceQueue"],
    ["idleDeadLetterKey", "unusedDeadLetterSettings"],
    ["idlePolicy", "unusedPolicy"],
    ["ignoredKey", "ignoredRoutingKey"],
    ["ignoredUrgency", "ignoredPriority"],
    ["judgedOtherwise", "unknownType"],
    ["leftOut", "uncheckedContent"],
    ["lonelyConsumer", "singleActiveConsumerWithoutStandby"],
    ["loosePolicy", "unanchoredPolicy"],
    ["missingDeadLetters", "missingDeadLetterExchange"],
    ["missingFeature", "unavailableSetting"],
    ["narrowDeadLetters", "smallDeadLetterQueue"],
    ["openTopicExchange", "broadTopicPermission"],
    ["refusedKey", "refusedRoutingKey"],
    ["selfDeadLetter", "selfDeadLettering"],
    ["shadowedBinding", "redundantBinding"],
    ["shortDeadline", "shortMessageTtl"],
    ["staleRequest", "longRequestTtl"],
    ["tightLimit", "exceededLimit"],
    ["uncappedVhost", "missingOperatorPolicy"],
    ["unconfirmedPublication", "nonMandatoryPublication"],
    ["unfedQueue", "queueWithoutPublisher"],
    ["unlimitedDelivery", "missingDeliveryLimit"],
    ["unlimitedVhost", "missingVhostLimits"],
    ["unusableKey", "invalidRoutingKey"],
    ["unusableName", "invalidName"],
    ["volatileDeadLetters", "transientDeadLetterQueue"],
    ["volatileExchange", "transientExchange"],
    ["volatilePublication", "transientPublication"],
    ["volatileQueue", "transientQueue"],
]);

/** The current id of a rule. @param id a current id, or one from before version 1.0 */
export function currentRuleId(id: string): string {
    return renamedRules.get(id) ?? id;
}

const oldIds = new Map([...renamedRules].map(([old, current]) => [current, old]));

/** The id that a rule had before version 1.0, if it was another one. */
export function oldRuleId(id: string): string | undefined {
    return oldIds.get(id);
}
