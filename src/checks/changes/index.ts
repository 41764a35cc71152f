import type { Topology } from "../../model/index.js";
import { type Finding, inOrder } from "../finding.js";
import { type ChangeRule, findingsOf } from "../rule.js";
import { subjectOf } from "../subject.js";
import { hastyRemoval } from "./hastyRemoval.js";
import { lostRoute } from "./lostRoute.js";
import { loweredBound } from "./loweredBound.js";
import { loweredDeliveryLimit } from "./loweredDeliveryLimit.js";
import { loweredTtl } from "./loweredTtl.js";
import { removedBinding } from "./removedBinding.js";
import { removedExchange } from "./removedExchange.js";
import { removedPolicy } from "./removedPolicy.js";
import { removedQueue } from "./removedQueue.js";
import { removedVhost } from "./removedVhost.js";
import { renamedQueue } from "./renamedQueue.js";
import { replacedExchange } from "./replacedExchange.js";
import { replacedQueue } from "./replacedQueue.js";
import { unprotectedQueue } from "./unprotectedQueue.js";
import { weakenedDeadLettering } from "./weakenedDeadLettering.js";
import { weakenedOverflow } from "./weakenedOverflow.js";

/** Every rule about a change; a rule's id is its name here and the name of its file. */
export const changeRules: readonly ChangeRule[] = [
    hastyRemoval,
    lostRoute,
    loweredBound,
    loweredDeliveryLimit,
    loweredTtl,
    removedBinding,
    removedExchange,
    removedPolicy,
    removedQueue,
    removedVhost,
    renamedQueue,
    replacedExchange,
    replacedQueue,
    unprotectedQueue,
    weakenedDeadLettering,
    weakenedOverflow,
];

/** What a change does to messages that are on the broker, or on their way: all findings of all rules, in total order. */
export function checkChange(before: Topology, after: Topology): readonly Finding[] {
    const [was, is] = [subjectOf(before), subjectOf(after)];
    return inOrder(changeRules.flatMap((rule) => findingsOf(rule, rule.check(was, is))));
}
