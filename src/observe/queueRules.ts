import type { QueueRule } from "./queueRule.js";
import { consumersStuck } from "./rules/consumersStuck.js";
import { deadLettersPresent } from "./rules/deadLettersPresent.js";
import { messagesRedelivered } from "./rules/messagesRedelivered.js";
import { messagesUnrouted } from "./rules/messagesUnrouted.js";
import { oldestMessageOverdue } from "./rules/oldestMessageOverdue.js";
import { queueGrowing } from "./rules/queueGrowing.js";
import { queueHasNoConsumers } from "./rules/queueHasNoConsumers.js";
import { queueMissing } from "./rules/queueMissing.js";
import { queueNearlyFull } from "./rules/queueNearlyFull.js";

/** What is watched of queues, the gravest first. */
export const queueRules: readonly QueueRule[] = [
    queueMissing,
    queueHasNoConsumers,
    queueNearlyFull,
    oldestMessageOverdue,
    consumersStuck,
    queueGrowing,
    messagesRedelivered,
    deadLettersPresent,
    messagesUnrouted,
];
