import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { operatorKinds, partLabels } from "@spot-messaging/pulumi/kubernetes";
import { partOf } from "../../environment/platform.ts";
import { contentName } from "./place.ts";

/** The user that KEDA reads queue lengths with. */
export interface ScalingUser {
    readonly namespace: string;
    readonly username: string;
    /** The Secret and its key with the certificate of the authority that signed the broker's certificate. */
    readonly authority: { readonly secretName: string; readonly key: string };
}

export const authenticationName = "spot-scaling";

/** The Secret that {@link toTriggerAuthenticationArgs} refers to; {@link scalingData} is its content. */
export function toScalingSecretArgs(user: ScalingUser): Omit<Plain<k8s.core.v1.SecretArgs>, "stringData"> {
    return {
        metadata: {
            name: scalingSecretName(user),
            namespace: user.namespace,
            labels: partLabels(partOf, "service"),
        },
        immutable: true,
    };
}

/** The keys are KEDA's parameters; KEDA reads `tls` only from a Secret. All of it is secret. */
export function scalingData(
    { username }: ScalingUser,
    password: string,
): Readonly<Record<"username" | "password" | "tls", string>> {
    return { username, password, tls: "enable" };
}

/** Another user has another Secret, so that KEDA never combines an old name with a new password. */
export function scalingSecretName({ username }: ScalingUser): string {
    return contentName(authenticationName, username);
}

/** @see https://keda.sh/docs/2.20/scalers/rabbitmq-queue/#authentication-parameters */
export function toTriggerAuthenticationArgs(user: ScalingUser): k8s.apiextensions.CustomResourceArgs {
    const { namespace, authority } = user;
    const name = scalingSecretName(user);
    return {
        ...operatorKinds.triggerAuthentication,
        metadata: { name: authenticationName, namespace, labels: partLabels(partOf, "service") },
        spec: {
            secretTargetRef: [
                ...["username", "password", "tls"].map((key) => ({ parameter: key, name, key })),
                { parameter: "ca", name: authority.secretName, key: authority.key },
            ],
        },
    };
}
