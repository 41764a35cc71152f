import type { Service, Topology } from "@spot-messaging/topology";
import { type Contract, contractOf } from "@spot-messaging/topology/contract";
import { userPattern } from "../environment/credentials.ts";

/** Every e-mail is sent by reference. Services still read the inline bodies of messages that an earlier release published. */
const inlineBytes = 0;

/** The messaging contract of one of spot's services. */
export function spotContract(topology: Topology, service: Service): Contract {
    return contractOf(topology, service, { inlineBytes }, undefined, (caller) => userPattern(caller.name));
}
