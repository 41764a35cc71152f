import { deadLetterMutations } from "./deadLetters.js";
import { limitMutations } from "./limits.js";
import type { Mutation } from "./mutation.js";
import { nameMutations } from "./names.js";
import { policyMutations } from "./policies.js";
import { queueMutations } from "./queues.js";
import { routingMutations } from "./routing.js";
import { serviceMutations } from "./services.js";

/** Every way to break a sound topology. */
export const mutations: readonly Mutation[] = [
    ...routingMutations,
    ...deadLetterMutations,
    ...policyMutations,
    ...queueMutations,
    ...serviceMutations,
    ...nameMutations,
    ...limitMutations,
];
