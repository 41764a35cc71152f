import type { Service, Topology } from "@spot-messaging/topology";
import { type Contract, contractOf } from "@spot-messaging/topology/contract";

/** E-mails above this size are sent by reference: the message contains the path of the body instead of the body. */
const inlineBytes = 262_144;

/** The messaging contract of one of spot's services. */
export function spotContract(topology: Topology, service: Service): Contract {
    return contractOf(topology, service, { inlineBytes });
}
