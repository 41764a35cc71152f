import { deadLetterMutations } from "./deadLetters.ts";
import { destinationMutations } from "./destinations.ts";
import { limitMutations } from "./limits.ts";
import { linkMutations } from "./links.ts";
import type { Mutation } from "./mutation.ts";
import { nameMutations } from "./names.ts";
import { policyMutations } from "./policies.ts";
import { queueMutations } from "./queues.ts";
import { routingMutations } from "./routing.ts";
import { serviceMutations } from "./services.ts";

/** All ways to break a valid topology. */
export const mutations: readonly Mutation[] = [
    ...routingMutations,
    ...deadLetterMutations,
    ...destinationMutations,
    ...policyMutations,
    ...queueMutations,
    ...serviceMutations,
    ...nameMutations,
    ...limitMutations,
    ...linkMutations,
];
