import { alternateRules } from "./alternate.js";
import { bindingRules } from "./binding.js";
import { brokerRules } from "./broker.js";
import { deadLetterRules } from "./deadLetter.js";
import type { EffectRule } from "./effectRule.js";
import { exchangeRules } from "./exchange.js";
import { expiryRules } from "./expiry.js";
import { lengthLimitRules } from "./lengthLimit.js";
import { permissionRules } from "./permission.js";
import { publicationRules } from "./publication.js";
import { queueRules } from "./queue.js";
import { redeliveryRules } from "./redelivery.js";
import { redirectionRules } from "./redirection.js";
import { retryRules } from "./retry.js";
import { serviceRules } from "./service.js";
import { userRules } from "./user.js";
import { vhostRules } from "./vhost.js";

/** Everything that the review knows a change to do to messages; a test holds the list against what the review says. */
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
    ...permissionRules,
    ...userRules,
    ...serviceRules,
    ...publicationRules,
    ...redirectionRules,
    ...brokerRules,
];
