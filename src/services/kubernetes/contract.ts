import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { contractFile } from "../runtime/runtime.ts";
import { contentName, objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

/** The ConfigMap with the service's contract file. @param contract JSON */
export function toContractArgs(place: ServicePlace, contract: string): Plain<k8s.core.v1.ConfigMapArgs> {
    return {
        metadata: serviceMetadata(place, contractName(place, contract)),
        immutable: true,
        data: { [posix.basename(contractFile)]: contract },
    };
}

export function contractName(place: ServicePlace, contract: string): string {
    return contentName(`${objectNameOf(place)}-contract`, contract);
}
