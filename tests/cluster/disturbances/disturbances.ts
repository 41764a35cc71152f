import { analyzerDisturbances } from "./analyzerDisturbances.ts";
import { brokerDisturbances } from "./brokerDisturbances.ts";
import { dependencyDisturbances } from "./dependencyDisturbances.ts";
import { type Disturbance, together } from "./disturbance.ts";
import { messageDisturbances } from "./messageDisturbances.ts";

const { absentAnalyzers, hostileMails } = analyzerDisturbances;
const { wrongMessages, fullDeadLetters, absentNotifier } = messageDisturbances;
const { wrongReceiver, slowDatabase, silentStore } = dependencyDisturbances;
const { cutReplica, fewDescriptors, fullNodes, lostNodes } = brokerDisturbances;

/** What causes the alerts. The longest windows begin first, so that they are over at the end; the broker's nodes are lost at the end. */
export const disturbances: readonly Disturbance[] = [
    absentAnalyzers,
    together(hostileMails, wrongMessages),
    wrongReceiver,
    together(fullDeadLetters, absentNotifier, cutReplica),
    slowDatabase,
    silentStore,
    fewDescriptors,
    fullNodes,
    lostNodes,
];
