import type { QueueAlertRule } from "./queueAlertRule.ts";
import { consumersStuck } from "./rules/consumersStuck.ts";
import { deadLettersPresent } from "./rules/deadLettersPresent.ts";
import { messagesRedelivered } from "./rules/messagesRedelivered.ts";
import { messagesUnrouted } from "./rules/messagesUnrouted.ts";
import { oldestMessageOverdue } from "./rules/oldestMessageOverdue.ts";
import { queueGrowing } from "./rules/queueGrowing.ts";
import { queueHasNoConsumers } from "./rules/queueHasNoConsumers.ts";
import { queueMissing } from "./rules/queueMissing.ts";
import { queueNearlyFull } from "./rules/queueNearlyFull.ts";

/** All rules about queues, the most serious first. */
export const queueRules: readonly QueueAlertRule[] = [
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
