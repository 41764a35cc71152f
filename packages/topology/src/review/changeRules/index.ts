import type { ObjectKind } from "../compare/change.ts";
import { bindingRule } from "./binding.ts";
import { brokerRule } from "./broker.ts";
import { exchangeRule } from "./exchange.ts";
import {
    globalParameterRule,
    otherParameterRule,
    shovelRule,
    upstreamRule,
    upstreamSetRule,
} from "./parameter.ts";
import { permissionRule, topicPermissionRule } from "./permission.ts";
import { operatorPolicyRule, policyRule } from "./policy.ts";
import { queueRule } from "./queue.ts";
import { retryRule } from "./retry.ts";
import type { KindRule } from "./rule.ts";
import { serviceRule } from "./service.ts";
import { userRule } from "./user.ts";
import { vhostRule } from "./vhost.ts";

/** The rules for changes of each kind of object. */
export const kindRules: Readonly<Record<ObjectKind, KindRule>> = {
    broker: brokerRule,
    vhost: vhostRule,
    exchange: exchangeRule,
    queue: queueRule,
    binding: bindingRule,
    policy: policyRule,
    "operator policy": operatorPolicyRule,
    shovel: shovelRule,
    "federation upstream": upstreamRule,
    "federation upstream set": upstreamSetRule,
    parameter: otherParameterRule,
    "global parameter": globalParameterRule,
    user: userRule,
    permission: permissionRule,
    "topic permission": topicPermissionRule,
    service: serviceRule,
    retry: retryRule,
};
