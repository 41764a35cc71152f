import type { Service, Topology } from "@spot-messaging/topology";
import { type Contract, contractOf } from "@spot-messaging/topology/contract";

/** E-mails above this size travel by reference: the message carries the place of the body, not the body. */
const inlineBytes = 262_144;

/** The contract of one of spot's services. */
export function spotContract(topology: Topology, service: Service): Contract {
    return contractOf(topology, service, { inlineBytes });
}
