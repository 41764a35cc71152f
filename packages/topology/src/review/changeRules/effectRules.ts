import { alternateRules } from "./alternate.ts";
import { bindingRules } from "./binding.ts";
import { brokerRules } from "./broker.ts";
import { deadLetterRules } from "./deadLetter.ts";
import type { EffectRule } from "./effectRule.ts";
import { exchangeRules } from "./exchange.ts";
import { expiryRules } from "./expiry.ts";
import { lengthLimitRules } from "./lengthLimit.ts";
import { parameterRules } from "./parameter.ts";
import { permissionRules } from "./permission.ts";
import { publicationRules } from "./publication.ts";
import { queueRules } from "./queue.ts";
import { redeliveryRules } from "./redelivery.ts";
import { redirectionRules } from "./redirection.ts";
import { retryRules } from "./retry.ts";
import { serviceRules } from "./service.ts";
import { userRules } from "./user.ts";
import { vhostRules } from "./vhost.ts";

/** All effect rules. A test checks that every effect of a review has its rule in this list. */
export const effectRules: readonly EffectRule[] = [
    ...vhostRules,
    ...queueRules,
    ...exchangeRules,
    ...bindingRules,
    ...alternateRules,
    ...deadLetterRules,
    ...expiryRules,
    ...lengthLimitRules,
    ...redeliveryRules,
    ...retryRules,
    ...parameterRules,
    ...permissionRules,
    ...userRules,
    ...serviceRules,
    ...publicationRules,
    ...redirectionRules,
    ...brokerRules,
];
