import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment.ts";
import { namespace, type RawConfig } from "./configReader.ts";
import { parseEnvironment } from "./parseEnvironment.ts";
import type { SecretKey } from "./secrets.ts";

/**
 * Reads the environment of the stack that the engine runs. Only this file reads Pulumi's configuration.
 * @throws ConfigError that lists every problem
 */
export function readEnvironment(): Environment {
    return parseEnvironment(pulumi.getStack(), rawConfig(), "readable");
}

/** The Kubernetes cluster, from the same settings as the engine's Kubernetes provider. */
export function readKubernetesAccess(): Readonly<Record<"kubeconfig" | "context", string | undefined>> {
    const values = pulumi.runtime.allConfig();
    return { kubeconfig: values["kubernetes:kubeconfig"], context: values["kubernetes:context"] };
}

/** A value that only this stack's file has, encrypted. */
export function readSecret(key: SecretKey): pulumi.Output<string> {
    return new pulumi.Config(namespace).requireSecret(key);
}

/** All keys, including unknown ones, so that a misspelt key is reported. */
function rawConfig(): RawConfig {
    const prefix = `${namespace}:`;
    return Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), value]),
    );
}
