import type { ObjectKind } from "../change.js";
import { bindingRule } from "./binding.js";
import { brokerRule } from "./broker.js";
import { exchangeRule } from "./exchange.js";
import { permissionRule, topicPermissionRule } from "./permission.js";
import { operatorPolicyRule, policyRule } from "./policy.js";
import { queueRule } from "./queue.js";
import { retryRule } from "./retry.js";
import type { KindRule } from "./rule.js";
import { serviceRule } from "./service.js";
import { userRule } from "./user.js";
import { vhostRule } from "./vhost.js";

/** How changes of each kind of object are judged. */
export const kindRules: Readonly<Record<ObjectKind, KindRule>> = {
    broker: brokerRule,
    vhost: vhostRule,
    exchange: exchangeRule,
    queue: queueRule,
    binding: bindingRule,
    policy: policyRule,
    "operator policy": operatorPolicyRule,
    user: userRule,
    permission: permissionRule,
    "topic permission": topicPermissionRule,
    service: serviceRule,
    retry: retryRule,
};
